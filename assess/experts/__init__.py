"""Room experts: panels that rate a judgement bank, and the keys they make."""
