"""The rules: what a customer may buy, when a cap is reached, what an intervention costs.

Pure: plain values in, plain values out. No I/O, no clock, no database, no framework, so that the
same rules serve the command line, the live page, the alerts and the bill. Everybody may come in;
it imports `errors`, `shared` and the standard library alone.
"""
