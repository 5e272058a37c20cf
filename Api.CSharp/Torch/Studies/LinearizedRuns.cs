namespace HadamardNtk;

/// <summary>A comparison: the network and its linearizations where one thing differs.</summary>
/// <param name="What">What differs, such as "width".</param>
/// <param name="Value">Its value, such as "32".</param>
/// <param name="Task">The index of the task.</param>
/// <param name="Run">The run.</param>
internal sealed record ComparedRun(string What, string Value, int Task, TaskRun Run);

/// <summary>All runs of the study.</summary>
internal sealed class LinearizedRuns
{
    internal LinearizedRuns(LinearizedOptions options, IProgress<double>? progress, CancellationToken cancellation)
    {
        var data = LinearizedData.Of(options);
        Start = InitialNetwork.Of(options.Network, options.Width, data, options.Seed, cancellation);
        using (var module = Start.Module(data, cancellation))
        {
            ParameterCount = ModuleTangentKernel.Create(module).ParameterCount;
        }

        Eigen = SymmetricEigen.Decompose(Copy(Start.Kernel), Workers.All with { Cancellation = cancellation });
        (Tasks, Compared, Directions) = ([], [], []);
        var (done, all) = (0, Count(options));
        foreach (var index in options.Tasks)
        {
            Tasks.Add((index, Train(Start, index, options.Samples, watch: true)));
        }

        foreach (var index in options.Compared)
        {
            Compare("training samples", index, options.SampleSizes, n => (Start, n));
            Compare("width", index, options.Widths, width => (Initial(options.Network, width), options.Samples));
            Compare("network", index, options.Others, n => (Initial(n, options.Width), options.Samples), n => n.Name);
        }

        foreach (var run in AnisotropyRun.Of(Start, data, options, cancellation))
        {
            Directions.Add(run);
            progress?.Report(++done / (double)all);
        }

        InitialNetwork Initial(StudyNetwork network, int width) =>
            InitialNetwork.Of(network, width, data, options.Seed, cancellation);

        TaskRun Train(InitialNetwork start, int index, int samples, bool watch)
        {
            var run = TaskRun.Of(start, data, Task(index), samples, options, watch, cancellation);
            progress?.Report(++done / (double)all);
            return run;
        }

        void Compare<T>(
            string what, int index, IReadOnlyList<T> values, Func<T, (InitialNetwork Start, int Samples)> of,
            Func<T, string>? name = null)
        {
            foreach (var value in values)
            {
                var (start, samples) = of(value);
                Compared.Add(new(
                    what, name?.Invoke(value) ?? $"{value}", index, Train(start, index, samples, watch: false)));
            }
        }
    }

    /// <summary>The network that makes the tasks.</summary>
    internal InitialNetwork Start { get; }

    /// <summary>The number of its trained parameters.</summary>
    internal long ParameterCount { get; }

    /// <summary>The eigenvalues and eigenvectors of its kernel at all samples, in ascending order.</summary>
    internal EigenPairs Eigen { get; }

    /// <summary>The tasks, by the index of their eigenfunction.</summary>
    internal List<(int Index, TaskRun Run)> Tasks { get; }

    /// <summary>The comparisons on some of the tasks.</summary>
    internal List<ComparedRun> Compared { get; }

    /// <summary>The linear tasks along anisotropy directions.</summary>
    internal List<AnisotropyRun> Directions { get; }

    /// <summary>λ_j of Θ_0, from j = 1.</summary>
    internal double Eigenvalue(int index) => Eigen.Values[^index];

    /// <summary>Eigenvector j of Θ_0, from j = 1.</summary>
    internal ReadOnlySpan<double> Eigenvector(int index) => Eigen.Vectors.Row(Eigen.Vectors.Rows - index);

    /// <summary>Task j: the signs of eigenvector j.</summary>
    internal double[] Task(int index) => Array.ConvertAll(Eigenvector(index).ToArray(), v => v < 0 ? -1.0 : 1.0);

    private static int Count(LinearizedOptions options) =>
        options.Tasks.Count
        + (options.Compared.Count * (options.SampleSizes.Count + options.Widths.Count + options.Others.Count))
        + options.Directions;

    private static Matrix Copy(Matrix m) => Matrix.Wrap((double[])m.Data.Clone(), m.Rows, m.Columns);
}
