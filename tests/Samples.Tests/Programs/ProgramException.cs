namespace HadamardNtk.Samples.Tests.Programs;

/// <summary>A program that does not compile, or that ends with an exception: the message has the errors.</summary>
internal sealed class ProgramException(string message, Exception? cause = null) : Exception(message, cause);
