namespace HadamardNtk;

/// <summary>
/// What all exceptions that this library defines have in common, to catch them by one filter. They derive from the
/// exceptions of .NET that say the same in general, an <see cref="ArgumentException"/>, an
/// <see cref="ArithmeticException"/>, a <see cref="FormatException"/> or an <see cref="IOException"/>, so that no class
/// can be the base of all of them.
/// </summary>
/// <example><code>
/// try
/// {
///     Console.WriteLine(Network.Parse(text).Ntk());
/// }
/// catch (Exception e) when (e is IHadamardNtkException)
/// {
///     Console.Error.WriteLine(e.Message);
/// }
/// </code></example>
public interface IHadamardNtkException
{
    /// <summary>What was expected, what came, and what to do.</summary>
    string Message { get; }
}
