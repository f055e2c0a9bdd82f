"""`odradek schema compat` and `mode`: what holds for a subject, a context, or all of a registry.

scopes.py   what a setting is for, and where that is set which applies
compat.py   what is asked of new versions
mode.py     whether anything can be registered
"""
