namespace HadamardNtk;

/// <summary>The rows to train on and the rows to test on, both counted from 0.</summary>
/// <param name="Training">The rows that a classifier is fitted on.</param>
/// <param name="Test">The rows that it is scored on.</param>
public sealed record UciSplit(IReadOnlyList<int> Training, IReadOnlyList<int> Test);
