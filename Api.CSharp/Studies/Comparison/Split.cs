namespace HadamardNtk;

/// <summary>The samples of one fit: a fold that is left out, and all others.</summary>
/// <param name="Seed">The seed of the partition.</param>
/// <param name="Fold">The fold, counted from 0.</param>
/// <param name="Training">The places of the training samples, ascending.</param>
/// <param name="Test">The places of the fold's samples, ascending.</param>
internal sealed record Split(long Seed, int Fold, int[] Training, int[] Test);
