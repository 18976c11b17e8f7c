"""The language server: the linter in an editor, over the text as it is typed.

One process speaks the protocol and is never busy; another one analyses and is told to stop when its answer is no
longer wanted. Data goes one way: documents → jobs → worker → answers → diagnostics, actions, hovers.
"""
