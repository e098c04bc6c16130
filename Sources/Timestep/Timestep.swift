// The one import that users write: everything from files to a trained model.
@_exported import BatchFiles
@_exported import CSVRecords
@_exported import DataSets
@_exported import Files
@_exported import Networks
@_exported import Records
@_exported import SequenceFiles
@_exported import TensorFiles
@_exported import Tensors
@_exported import Training
@_exported import Transforms
@_exported import Workers
