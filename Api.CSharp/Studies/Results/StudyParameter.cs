namespace HadamardNtk;

/// <summary>A setting that a study ran with.</summary>
/// <param name="Name">Its name, such as <c>width</c>.</param>
/// <param name="Value">Its value as text.</param>
public sealed record StudyParameter(string Name, string Value);
