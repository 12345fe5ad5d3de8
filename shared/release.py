"""Which release of Mezzora this is; both sides are released together, and the build reads it here."""

VERSION = "0.1.0"
