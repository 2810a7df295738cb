"""Models on disk: bundles, how they are found by name, and which version of a name is in use."""

from suggester.models.bundle import BUNDLE_FORMAT, Model, load_model, same_content, save_model
from suggester.models.finding import exact_name, find_model, list_models, model_folders
from suggester.models.manifest import CARD, ESTIMATORS, MANIFEST, PROFILE, read_manifest, verify

__all__ = [
    "BUNDLE_FORMAT",
    "CARD",
    "ESTIMATORS",
    "MANIFEST",
    "PROFILE",
    "Model",
    "exact_name",
    "find_model",
    "list_models",
    "load_model",
    "model_folders",
    "read_manifest",
    "same_content",
    "save_model",
    "verify",
]
