using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>Channels of a signal by their numbers: runs of consecutive channels, or all of them repeated.</summary>
internal sealed class ChannelChoice
{
    private readonly (long Start, long Count)[] _runs;
    private readonly int _repeated;

    private ChannelChoice((long Start, long Count)[] runs, int repeated, int count) =>
        (_runs, _repeated, Count) = (runs, repeated, count);

    /// <summary>The number of chosen channels.</summary>
    internal int Count { get; }

    /// <summary>The channels of some numbers.</summary>
    internal static ChannelChoice Of(int[] channels)
    {
        var whole = channels.Max() + 1;
        var isRepeated = channels.Length > whole && !channels.Where((c, i) => c != i % whole).Any();
        var runs = new List<(long Start, long Count)>();
        foreach (var channel in isRepeated ? [] : channels)
        {
            if (runs.Count > 0 && runs[^1].Start + runs[^1].Count == channel)
            {
                runs[^1] = (runs[^1].Start, runs[^1].Count + 1);
            }
            else
            {
                runs.Add((channel, 1));
            }
        }

        return new([.. runs], isRepeated ? whole : 0, channels.Length);
    }

    /// <summary>Channel i mod k of a signal with k channels, for i below a number.</summary>
    internal static Tensor Repeat(Tensor x, int channels)
    {
        var own = x.shape[1];
        return own == channels ? x
            : own == 1 ? x.expand(-1, channels)
            : x.repeat([1, (channels + own - 1) / own]).narrow(1, 0, channels);
    }

    /// <summary>The chosen channels of a signal, n × channels.</summary>
    internal Tensor From(Tensor x) => _repeated > 0 ? Repeat(x, Count)
        : _runs is [(0, var count)] && count == x.shape[1] ? x
        : _runs.Length == 1 ? x.narrow(1, _runs[0].Start, _runs[0].Count)
        : torch.cat([.. _runs.Select(run => x.narrow(1, run.Start, run.Count))], 1);
}
