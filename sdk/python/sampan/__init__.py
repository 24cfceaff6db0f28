"""Functions of WebAssembly components, called through the Sampan daemon.

    import sampan

    nlp = sampan.load("registry.example.com/nlp:1")
    print(nlp.analyze("some text", {"depth": 3}))
"""

from ._connection import CallError
from ._load import Loaded, load
from ._values import ComponentError, Err, Ok, Record, Some, Variant

__all__ = ["CallError", "ComponentError", "Err", "Loaded", "Ok", "Record", "Some", "Variant", "load"]
