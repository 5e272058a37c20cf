namespace HadamardNtk;

/// <summary>What a training with bottlenecks changes, and its checkpoint.</summary>
internal sealed class BottleneckState(Matrix embeddings, HeadEngine[] heads, Matrix? joined)
{
    /// <summary>The number of steps done.</summary>
    internal int Step { get; set; }

    /// <summary>The number of parts in which a step is done.</summary>
    internal int Parts { get; set; } = 1;

    /// <summary>The number of parts for which the curvature asked when it was last computed.</summary>
    internal int Asked { get; set; } = 1;

    /// <summary>The greatest eigenvalue of the loss's second derivative along a step of 1; 2 is the limit.</summary>
    internal double Curvature { get; set; }

    /// <summary>g_t at all samples, N × d_1. A step changes it.</summary>
    internal Matrix Embeddings { get; } = embeddings;

    /// <summary>The heads.</summary>
    internal HeadEngine[] Heads { get; } = heads;

    /// <summary>
    /// The network without bottlenecks at all samples, N × C, without the multiplier. A step changes it.
    /// </summary>
    internal Matrix? Joined { get; } = joined;

    /// <summary>The records so far.</summary>
    internal List<BottleneckRecord> Records { get; } = [];

    /// <summary>What brings g and the heads back to where they are now.</summary>
    internal Action Undo()
    {
        var saved = (double[])Embeddings.Data.Clone();
        var heads = Array.ConvertAll(Heads, head => head.Undo());
        return () =>
        {
            saved.CopyTo(Embeddings.Data.AsSpan());
            Array.ForEach(heads, undo => undo());
        };
    }

    internal void Save(BinaryWriter writer)
    {
        writer.Write(Step);
        writer.Write(Parts);
        writer.Write(Asked);
        writer.Write(Curvature);
        CheckpointFile.WriteNumbers(writer, Embeddings.Data);
        Array.ForEach(Heads, head => head.Save(writer));
        CheckpointFile.WriteNumbers(writer, Joined?.Data ?? []);
        writer.Write(Records.Count);
        Records.ForEach(record => record.Save(writer));
    }

    internal void Load(BinaryReader reader, BottleneckKernels kernels)
    {
        Step = reader.ReadInt32();
        Parts = reader.ReadInt32();
        Asked = reader.ReadInt32();
        Curvature = reader.ReadDouble();
        CheckpointFile.ReadNumbers(reader, Embeddings.Data);
        Array.ForEach(Heads, head => head.Load(reader));
        CheckpointFile.ReadNumbers(reader, Joined?.Data ?? []);
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            Records.Add(BottleneckRecord.Load(reader, kernels));
        }
    }

    internal static void Write(BinaryWriter writer, Matrix? matrix)
    {
        writer.Write(matrix?.Rows ?? -1);
        if (matrix is not null)
        {
            writer.Write(matrix.Columns);
            CheckpointFile.WriteNumbers(writer, matrix.Data);
        }
    }

    internal static Matrix? ReadMatrix(BinaryReader reader)
    {
        var rows = reader.ReadInt32();
        if (rows < 0)
        {
            return null;
        }

        var columns = reader.ReadInt32();
        var numbers = new double[MatrixSize.Of(rows, columns)];
        CheckpointFile.ReadNumbers(reader, numbers);
        return Matrix.Wrap(numbers, rows, columns);
    }
}
