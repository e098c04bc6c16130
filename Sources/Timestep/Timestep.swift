// The one import that users write: everything from files to a trained model.
@_exported import BatchFiles
@_exported import CSV
@_exported import DataSets
@_exported import Metrics
@_exported import Networks
@_exported import Platform
@_exported import Sequences
@_exported import TensorFiles
@_exported import Tensors
@_exported import Training
