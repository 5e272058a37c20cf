namespace HadamardNtk;

/// <summary>The kernels of a split, taken from the Gram matrix of all rows.</summary>
internal sealed class SplitKernels
{
    private readonly UciData _data;

    internal SplitKernels(UciData data, Matrix gram, UciSplit split)
    {
        var (training, test) = (split.Training.ToArray(), split.Test.ToArray());
        (_data, Training, Cross) = (data, SubMatrix.Of(gram, training, training), SubMatrix.Of(gram, test, training));
        (Labels, Truth) = (Array.ConvertAll(training, LabelOf), Array.ConvertAll(test, LabelOf));
    }

    /// <summary>K of the training rows, n × n.</summary>
    internal Matrix Training { get; }

    /// <summary>The kernels between the test rows and the training rows, m × n.</summary>
    internal Matrix Cross { get; }

    /// <summary>The classes of the training rows.</summary>
    internal long[] Labels { get; }

    /// <summary>The classes of the test rows.</summary>
    internal long[] Truth { get; }

    /// <summary>The number of classes of the data set.</summary>
    internal int Classes => _data.Classes;

    private long LabelOf(int row) => _data.Labels[row];
}
