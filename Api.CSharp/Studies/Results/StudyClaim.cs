namespace HadamardNtk;

/// <summary>A statement of a publication, and what a study measured about it.</summary>
/// <param name="Statement">The statement, as one sentence.</param>
/// <param name="Source">Where it is stated: authors, year, theorem or figure.</param>
/// <param name="Measured">What was measured, with its numbers, as one sentence.</param>
/// <param name="Verdict">The outcome of the comparison.</param>
public sealed record StudyClaim(string Statement, string Source, string Measured, ClaimVerdict Verdict);
