using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>Rows of a matrix as tensors.</summary>
internal static class SampleTensors
{
    /// <summary>Some rows as a network sees them, prepared and then rounded to its precision.</summary>
    /// <exception cref="ArgumentException">A row is beyond float32's range.</exception>
    internal static Tensor Of(
        Matrix x, RowTransform transform, Precision precision, torch.Device device, int first, int count) =>
        precision == Precision.Float64
            ? TensorTransfer.Upload<double>(count, x.Columns, device, (i, row) =>
            {
                x.Row(first + i).CopyTo(row);
                transform.ApplyTo(row);
            })
            : Rounded(x, transform, device, first, count);

    /// <summary>All rows of a matrix that needs no preparation, as targets.</summary>
    /// <exception cref="ArgumentException">A row is beyond float32's range.</exception>
    internal static Tensor Of(Matrix y, Precision precision, torch.Device device) =>
        Of(y, new(null, false), precision, device, 0, y.Rows);

    private static Tensor Rounded(Matrix x, RowTransform transform, torch.Device device, int first, int count)
    {
        var (prepared, kept) = (new double[x.Columns], new double[x.Columns]);
        return TensorTransfer.Upload<float>(count, x.Columns, device, (i, row) =>
        {
            x.Row(first + i).CopyTo(prepared);
            transform.ApplyTo(prepared);
            for (var j = 0; j < row.Length; j++)
            {
                kept[j] = row[j] = (float)prepared[j];
            }

            KeptSamples.RequireKept(prepared, kept, first + i);
        });
    }
}
