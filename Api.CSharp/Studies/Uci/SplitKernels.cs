namespace HadamardNtk;

/// <summary>A split of a data set with the kernel of all rows.</summary>
internal sealed class SplitKernels
{
    private readonly UciData _data;

    internal SplitKernels(UciData data, PrecomputedKernel kernel, UciSplit split) =>
        (_data, Kernel, Split, Labels, Truth) =
            (data, kernel, split, LabelsOf(data, split.Training), LabelsOf(data, split.Test));

    /// <summary>The kernel, whose samples are the numbers of rows.</summary>
    internal PrecomputedKernel Kernel { get; }

    /// <summary>The rows to train on and to test on.</summary>
    internal UciSplit Split { get; }

    /// <summary>The classes of the training rows.</summary>
    internal long[] Labels { get; }

    /// <summary>The classes of the test rows.</summary>
    internal long[] Truth { get; }

    /// <summary>The classes of the data set, of which the training rows may lack some.</summary>
    internal long[] Classes => [.. Enumerable.Range(0, _data.Classes)];

    private static long[] LabelsOf(UciData data, IReadOnlyList<int> rows) => [.. rows.Select(row => data.Labels[row])];
}
