namespace HadamardNtk;

/// <summary>An axis of a chart.</summary>
/// <param name="Title">The quantity, with its unit.</param>
/// <param name="Logarithmic">
/// True for a logarithmic axis, on which values that are not above 0 cannot be drawn. They stay in the files.
/// </param>
public sealed record StudyAxis(string Title, bool Logarithmic = false);
