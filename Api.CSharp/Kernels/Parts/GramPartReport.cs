namespace HadamardNtk;

/// <summary>The report of <c>kernel.WriteGramPart</c>.</summary>
/// <param name="Path">The path of the part's file.</param>
/// <param name="Tiles">The number of tiles of the part.</param>
/// <param name="Pairs">
/// The number of its pairs of samples; of a symmetric matrix those on and above the diagonal.
/// </param>
/// <param name="IsComputed">Whether it was computed; false where the finished part was there.</param>
/// <param name="Damage">
/// What was wrong with the part that was there and that this one replaces; null where none was there or it was whole.
/// </param>
public sealed record GramPartReport(string Path, long Tiles, long Pairs, bool IsComputed, string? Damage);
