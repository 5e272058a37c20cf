using HadamardNtk.Core;
using TorchSharp;
using Scalar = TorchSharp.Scalar;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>A linear step without parameters. Its change is the same function of the change.</summary>
internal abstract class LinearStep(int below) : SignalStep
{
    internal override Tensor Value(SignalValues at) => Of(at[below], at[0].shape[0]);

    internal override Tensor? Tangent(SignalValues at) =>
        at.Tangent(below) is { } change ? Of(change, at[0].shape[0]) : null;

    /// <summary>The function of a signal, for so many samples.</summary>
    private protected abstract Tensor Of(Tensor x, long samples);
}

/// <summary>A signal of one position at each of several.</summary>
internal sealed class SpreadStep(int positions, int below) : LinearStep(below)
{
    // The row of a constant stands for all of them.
    private protected override Tensor Of(Tensor x, long samples) => x.shape[0] == 1 && samples > 1
        ? x
        : x.unsqueeze(1).expand(-1, positions, -1).reshape(x.shape[0] * positions, x.shape[1]);
}

/// <summary>Columns of the samples as channels at positions.</summary>
internal sealed class ViewStep(int first, int positions, int channels, int below) : LinearStep(below)
{
    private protected override Tensor Of(Tensor x, long samples) =>
        x.narrow(1, first, (long)positions * channels).reshape(x.shape[0] * positions, channels);
}

/// <summary>Channels of positions side by side; of the number −1 zeros.</summary>
internal sealed class CopyStep(int[][] taken, int positions, int below) : LinearStep(below)
{
    private protected override Tensor Of(Tensor x, long samples)
    {
        var chosen = Positions.Choose(x, positions, taken);
        return chosen.reshape(chosen.shape[0] * taken.Length, taken[0].Length * x.shape[1]);
    }
}

/// <summary>Weighted sums of positions.</summary>
internal sealed class WeighStep : LinearStep
{
    private readonly int _positions;
    private readonly int[][] _taken;
    private readonly double[] _weights;

    internal WeighStep((int Position, double Weight)[][] terms, int positions, int below)
        : base(below)
    {
        var most = terms.Max(row => row.Length);
        _positions = positions;
        _taken = Array.ConvertAll(terms, row => Padded(row, most, term => term.Position, -1));
        _weights = [.. terms.SelectMany(row => Padded(row, most, term => term.Weight, 0))];
    }

    private protected override Tensor Of(Tensor x, long samples)
    {
        var chosen = Positions.Choose(x, _positions, _taken);
        var weights = torch.tensor(_weights, [1, _weights.Length, 1], dtype: x.dtype, device: x.device);
        return chosen.mul(weights).view(chosen.shape[0] * _taken.Length, -1, x.shape[1]).sum(dim: 1);
    }

    private static T[] Padded<T>((int, double)[] row, int length, Func<(int Position, double Weight), T> of, T none) =>
        [.. row.Select(of), .. Enumerable.Repeat(none, length - row.Length)];
}

/// <summary>
/// The heads of self-attention, O = w_v A V with A = softmax S or S, and S = f Q Kᵀ. Its change is
/// w_v (dA V + A dV) with dS = f (dQ Kᵀ + Q dKᵀ) and dA = A (dS − Σ A dS) by rows, or dS.
/// </summary>
internal sealed class AttendStep(Attention options, int heads, int positions, int below) : SignalStep
{
    private readonly Scalar _factor = options.Query * options.Key
        / (options.Scaling == Core.ScoreScaling.Root ? Math.Sqrt(heads) : heads);

    private readonly Scalar _value = options.Value;

    internal override Tensor Value(SignalValues at)
    {
        var (queries, keys, values) = Split(at[below]);
        return Joined(Weights(queries, keys).matmul(values));
    }

    internal override Tensor? Tangent(SignalValues at)
    {
        if (at.Tangent(below) is not { } change)
        {
            return null;
        }

        var (queries, keys, values) = Split(at[below]);
        var (ofQueries, ofKeys, ofValues) = Split(change);
        var weights = Weights(queries, keys);
        var ofScores = Product(ofQueries, keys).add(Product(queries, ofKeys), Held.One);
        var ofWeights = options.Kind.IsSoftmax
            ? weights.mul(ofScores.sub(weights.mul(ofScores).sum(-1, keepdim: true)))
            : ofScores;
        return Joined(ofWeights.matmul(values).add(weights.matmul(ofValues), Held.One));
    }

    private Tensor Weights(Tensor queries, Tensor keys) => options.Kind.IsSoftmax
        ? Product(queries, keys).softmax(-1)
        : Product(queries, keys);

    private Tensor Product(Tensor queries, Tensor keys) => queries.matmul(keys.transpose(-1, -2)).mul(_factor);

    // n x heads x positions x d each.
    private (Tensor Queries, Tensor Keys, Tensor Values) Split(Tensor x)
    {
        var parts = (int)(x.shape[1] / ((long)heads * heads));
        var all = x.reshape(x.shape[0] / positions, positions, parts, heads, heads).permute(2, 0, 3, 1, 4);
        return (all[0], all[parts - 2], all[parts - 1]);
    }

    private Tensor Joined(Tensor x) =>
        x.mul(_value).permute(0, 2, 1, 3).reshape(x.shape[0] * positions, (long)heads * heads);
}

/// <summary>Choices of positions.</summary>
internal static class Positions
{
    /// <summary>The channels at chosen positions, n × choices × channels; of the number −1 zeros.</summary>
    internal static Tensor Choose(Tensor x, int positions, int[][] taken)
    {
        var (samples, channels) = (x.shape[0] / positions, x.shape[1]);
        var zeros = torch.zeros([samples, 1, channels], x.dtype, x.device);
        var all = torch.cat([x.reshape(samples, positions, channels), zeros], 1);
        long[] places = [.. taken.SelectMany(row => row.Select(p => p < 0 ? (long)positions : p))];
        return all.index_select(1, torch.tensor(places, dtype: torch.ScalarType.Int64, device: x.device));
    }
}
