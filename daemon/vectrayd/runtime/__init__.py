"""What runs inside a worker process: the model itself. The only part of Vectray that imports torch; the daemon itself uses only those files of it
that read a model folder without (`layout`, `modules`).
"""
