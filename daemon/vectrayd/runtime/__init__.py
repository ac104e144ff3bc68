"""What runs inside a worker process, and only there: the model itself. The only part of Vectray that imports torch."""
