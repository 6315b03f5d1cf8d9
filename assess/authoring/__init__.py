"""Room authoring: published instruments by digest, translations, uploads, exposure."""
