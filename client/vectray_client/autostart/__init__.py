"""Whether the system starts Vectray when its person logs in: asked of the system each time, and changed the way it changes it itself.

Nothing is kept here, so what is switched off elsewhere is off.
"""
