"""How the built-in embedder is made: `python -m training --data PATH`."""
