using System.Diagnostics;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>The part of a worker in a job of products: it receives factors, and pulls bands for its threads.</summary>
internal sealed class ProductRun(
    IProductGrain grain, IProductClient client, string worker, int threads, BandThreads work, ProductBands bands,
    BandKernel kernel, SharedFolders folders)
{
    /// <summary>A worker gives a job up whose client does not answer for this time.</summary>
    private static readonly TimeSpan Endurance = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Stopwatch _sinceAnswer = Stopwatch.StartNew();
    private int _round;

    /// <summary>Works until the job ends.</summary>
    /// <returns>Whether the worker may take part in the job again.</returns>
    internal async Task<bool> Run(CancellationToken stop)
    {
        while (_sinceAnswer.Elapsed <= Endurance)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                if (work.TakeFailure() is { } failed)
                {
                    if (failed.Error is not ArithmeticException)
                    {
                        // Others may be able to compute what this worker cannot.
                        await client.Refuse(worker, failed.Error.Message);
                        return false;
                    }

                    await client.Fail(worker, failed.Round, failed.Error.Message);
                }

                if (!await Step(stop))
                {
                    return false;
                }

                _sinceAnswer.Restart();
            }
            catch (Exception e) when (ClusterFailure.IsPassing(e, stop))
            {
                await Task.Delay(Pause, stop);
                if (!await IsKnown())
                {
                    return true;
                }
            }
        }

        return true;
    }

    private async Task<bool> IsKnown()
    {
        try
        {
            return await grain.Describe() is not null;
        }
        catch (Exception e) when (ClusterFailure.IsPassing(e))
        {
            return true;
        }
    }

    private async Task<bool> Step(CancellationToken stop)
    {
        var held = work.Held;
        var wanted = Math.Max(0, 2 * threads - held.Length);
        var grant = await client.Pull(new(worker, _round, wanted, held, kernel.HasRoom(bands[0].Rows)));
        if (grant.IsOver)
        {
            return false;
        }

        if (grant.Round is { } round)
        {
            if (round.Number != _round && !await Receive(round, stop))
            {
                return true;
            }

            work.Add(grant.Bands);
        }

        if (work.Held.Length > 0)
        {
            await work.Change(Beat, stop);
        }
        else if (await grain.Wait(_round) == -1)
        {
            // The client says whether the job is over, or restores its grain.
            await Task.Delay(Pause, stop);
        }

        return true;
    }

    // The factor is read from the file that the client names, or comes in parts of 4 MB. Where it does not come whole,
    // the round is over.
    private async Task<bool> Receive(ProductRound round, CancellationToken stop)
    {
        var count = (long)round.Rows * round.Columns;
        if (round.Rows < 1 || round.Columns < 1 || count > Array.MaxLength)
        {
            throw new ArgumentException($"Expected a factor that fits an array; came {round.Rows} x {round.Columns}.");
        }

        var numbers = FactorFile.TryRead(round, folders) ?? await Receive(round, new double[count], stop);
        if (numbers is null || TileHash.Of<double>(numbers) != round.Hash)
        {
            return false;
        }

        _round = round.Number;
        work.Begin(round, Matrix.Wrap(numbers, round.Rows, round.Columns));
        return true;
    }

    private async Task<double[]?> Receive(ProductRound round, double[] numbers, CancellationToken stop)
    {
        for (var first = 0; first < numbers.Length;)
        {
            stop.ThrowIfCancellationRequested();
            var some = Math.Min(JobSamples.MostNumbers, numbers.Length - first);
            var bytes = await client.Factor(worker, round.Number, first, some);
            if (bytes.Length != some * sizeof(double))
            {
                return null;
            }

            bytes.CopyTo(MemoryMarshal.AsBytes(numbers.AsSpan(first, some)));
            first += some;
        }

        return numbers;
    }
}
