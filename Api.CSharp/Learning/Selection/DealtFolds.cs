namespace HadamardNtk;

/// <summary>Samples that are dealt to folds in turn, so that the sizes of two folds differ by at most one.</summary>
internal static class DealtFolds
{
    /// <summary>The samples of a fold, in their order.</summary>
    /// <param name="order">The samples in the order in which they are dealt.</param>
    /// <param name="folds">The number of folds.</param>
    /// <param name="fold">The fold, counted from 0.</param>
    internal static IEnumerable<int> Of(IEnumerable<int> order, int folds, int fold) =>
        order.Where((_, place) => place % folds == fold);

    /// <summary>The samples of all other folds, in their order.</summary>
    /// <inheritdoc cref="Of"/>
    internal static IEnumerable<int> Others(IEnumerable<int> order, int folds, int fold) =>
        order.Where((_, place) => place % folds != fold);
}
