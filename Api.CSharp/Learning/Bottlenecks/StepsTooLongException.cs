namespace HadamardNtk;

/// <summary>The error of a training whose steps cannot be made small enough to be stable.</summary>
/// <param name="message">The message.</param>
internal sealed class StepsTooLongException(string message) : ArithmeticException(message);
