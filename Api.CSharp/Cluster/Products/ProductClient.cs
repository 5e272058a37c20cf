using System.Diagnostics;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// The client's end of a job of products: it holds the leases of the bands, gives samples and factors, and takes rows
/// of results. Every row has one place, so that the result does not depend on who computed it, when, or how often.
/// </summary>
internal sealed class ProductClient(GramRequest request, ProductBands bands, BandCheck? check = null)
    : IProductClient
{
    private const int MostUnfit = 64;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly BandTable _table = new(bands.Count, Deadline, Patience);
    private readonly Dictionary<(string Worker, int Band), int> _reached = [];
    private readonly HashSet<string> _wrong = [];
    private readonly string?[] _by = new string?[bands.Count];
    private readonly Dictionary<string, string> _unfit = [];
    private TaskCompletionSource<Matrix> _result = new();
    private ProductRound? _round;
    private Matrix? _factor;
    private double[] _rows = [];
    private Exception? _failure;
    private int _number;
    private int _checks;
    private bool _isOver;
    private bool _isActive;

    /// <summary>The workers that computed wrong bits.</summary>
    internal IReadOnlyCollection<string> Wrong
    {
        get
        {
            lock (_lock)
            {
                return [.. _wrong];
            }
        }
    }

    /// <summary>The number of the last round.</summary>
    internal int Number => Volatile.Read(ref _number);

    /// <summary>The share of the bands of this round that are finished.</summary>
    internal double Part => News.Done / (double)bands.Count;

    /// <summary>How far the rounds are.</summary>
    internal RoundNews News
    {
        get
        {
            lock (_lock)
            {
                return new(_number, _table.Done, bands.Count, _table.Kept, _table.Alive(_clock.Elapsed));
            }
        }
    }

    /// <summary>The parts of factors that went in messages.</summary>
    internal int SentParts { get; private set; }

    /// <summary>Why the round at work has no result; null while all is well.</summary>
    internal Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Why workers do not take part.</summary>
    internal string Unfit
    {
        get
        {
            lock (_lock)
            {
                return string.Join("; ", _unfit.Values.Take(4));
            }
        }
    }

    /// <summary>
    /// Whether a worker did something for the job since the last call, or has a band to compute, or this process checks
    /// one.
    /// </summary>
    internal bool TakeActive()
    {
        lock (_lock)
        {
            var isActive = _isActive || _checks > 0;
            _isActive = false;
            return isActive;
        }
    }

    /// <summary>The worker that keeps the rows of a band; null if none does.</summary>
    internal string? Home(int band)
    {
        lock (_lock)
        {
            return _table.Home(band);
        }
    }

    /// <summary>Begins a round, whose result is that of the task.</summary>
    /// <param name="kind">What is computed.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="file">The file with its numbers; null where there is none.</param>
    internal Task<Matrix> Begin(RoundKind kind, Matrix factor, string? file = null)
    {
        lock (_lock)
        {
            _round = new(_number + 1, kind, factor.Rows, factor.Columns, TileHash.Of<double>(factor.Data), file);
            Volatile.Write(ref _number, _round.Number);
            (_factor, _rows) = (factor, new double[(long)request.Rows * _round.Outputs]);
            (_failure, _result) = (null, new(TaskCreationOptions.RunContinuationsAsynchronously));
            _checks = 0;
            _reached.Clear();
            _table.Begin(_clock.Elapsed);
            return _result.Task;
        }
    }

    /// <summary>Ends a round, finished or not.</summary>
    internal void End()
    {
        lock (_lock)
        {
            (_round, _factor, _rows) = (null, null, []);
        }
    }

    /// <summary>Tells all workers that the job is over.</summary>
    internal void Close() => Volatile.Write(ref _isOver, true);

    public Task<byte[]> Samples(int source, long first, int count)
    {
        lock (_lock)
        {
            _isActive = true;
        }

        return Task.FromResult(Some((source == 0 ? request.X : request.Other).Data, first, count));
    }

    public Task<byte[]> Factor(string worker, int round, long first, int count)
    {
        lock (_lock)
        {
            _table.See(worker, _clock.Elapsed);
            _isActive = true;
            SentParts++;
            return Task.FromResult(_round?.Number == round ? Some(_factor!.Data, first, count) : []);
        }
    }

    public Task<BandGrant> Pull(BandPull request)
    {
        if (request.Worker is not { Length: > 0 and <= 256 } || request.Wanted < 0
            || request.Held.Length > BandPull.Most)
        {
            throw new ArgumentException($"Expected a worker's name and at most {BandPull.Most} bands.");
        }

        lock (_lock)
        {
            if (_isOver || _wrong.Contains(request.Worker))
            {
                return Task.FromResult(new BandGrant(null, [], true));
            }

            var now = _clock.Elapsed;
            if (_round is null || _failure is not null)
            {
                _table.See(request.Worker, now);
                return Task.FromResult(new BandGrant(null, [], false));
            }

            var held = request.Round == _round.Number ? request.Held : [];
            var given = _table.Pull(
                request.Worker, Math.Min(request.Wanted, BandPull.Most - held.Length), held, request.HasRoom, now);
            _isActive |= held.Length + given.Count > 0;
            return Task.FromResult(new BandGrant(_round, [.. given], false));
        }
    }

    public Task<bool> Take(string worker, BandRows rows)
    {
        lock (_lock)
        {
            _table.See(worker, _clock.Elapsed);
            _isActive = true;
            if (_round?.Number != rows.Round || _wrong.Contains(worker))
            {
                return Task.FromResult(false);
            }

            var (first, count) = Checked(rows);
            var reached = _reached.GetValueOrDefault((worker, rows.Band));
            if (rows.Row != reached)
            {
                // A message that was answered too late came twice.
                return Task.FromResult(rows.Row < reached);
            }

            MemoryMarshal.Cast<byte, double>(rows.Entries).CopyTo(
                _rows.AsSpan((first + rows.Row) * _round.Outputs, rows.Rows * _round.Outputs));
            _reached[(worker, rows.Band)] = reached += rows.Rows;
            if (reached == count)
            {
                _reached.Remove((worker, rows.Band));
                Finish(worker, rows);
            }

            return Task.FromResult(true);
        }
    }

    public Task Fail(string worker, int round, string message)
    {
        lock (_lock)
        {
            if (!_wrong.Contains(worker))
            {
                Fail(round, new ArithmeticException(Short($"{worker}: {message}")));
            }
        }

        return Task.CompletedTask;
    }

    public Task Refuse(string worker, string reason)
    {
        lock (_lock)
        {
            if (_unfit.Count < MostUnfit)
            {
                _unfit[Short(worker)] = Short($"{worker}: {reason}");
            }
        }

        return Task.CompletedTask;
    }

    public Task Leave(string worker)
    {
        lock (_lock)
        {
            _table.Leave(worker);
        }

        return Task.CompletedTask;
    }

    private (int First, int Rows) Checked(BandRows rows)
    {
        var isThere = rows.Band >= 0 && rows.Band < bands.Count;
        var band = isThere ? bands[rows.Band] : default;
        return isThere && rows.Row >= 0 && rows.Rows >= 1 && rows.Row <= band.Rows - rows.Rows
            && rows.Entries.Length == (long)rows.Rows * _round!.Outputs * sizeof(double)
            && TileHash.Of(rows.Entries) == rows.Hash
                ? band
                : throw new ArgumentException("Expected whole rows of a band with their hash.");
    }

    private void Finish(string worker, BandRows rows)
    {
        _table.Finish(worker, rows.Band, rows.IsKept);
        _by[rows.Band] = worker;
        if (check?.Choose(worker, rows.Band, _round!.Kind) is { } some)
        {
            var (round, factor) = (_round, _factor!);
            var start = (bands[rows.Band].First + some.First) * round.Outputs;
            var came = _rows.AsSpan(start, some.Rows * round.Outputs).ToArray();
            _checks++;
            Task.Run(() => Judge(worker, round, factor, rows.Band, some, came));
        }

        Complete();
    }

    private void Judge(
        string worker, ProductRound round, Matrix factor, int band, (int First, int Rows) rows, double[] came)
    {
        bool isRight;
        try
        {
            isRight = check!.AreRight(round.Kind, band, rows, factor, came);
        }
        catch (Exception e)
        {
            lock (_lock)
            {
                Fail(round.Number, e.GetBaseException());
            }

            return;
        }

        lock (_lock)
        {
            if (!isRight)
            {
                Condemn(worker, round.Number);
            }

            if (_round?.Number == round.Number)
            {
                _checks--;
                Complete();
            }
        }
    }

    // The error of a round that is over is not that of the next one.
    private void Fail(int round, Exception failure)
    {
        if (_round?.Number == round)
        {
            Volatile.Write(ref _failure, _failure ?? failure);
        }
    }

    // What a wrong worker finished in this round is computed again.
    private void Condemn(string worker, int round)
    {
        ClusterMeters.Wrong.Add(1);
        _wrong.Add(worker);
        _table.Leave(worker);
        for (var band = 0; band < _by.Length && _round?.Number == round; band++)
        {
            if (_by[band] == worker)
            {
                _table.Undo(band);
            }
        }
    }

    private void Complete()
    {
        if (!_table.IsComplete || _checks > 0 || _round is null)
        {
            return;
        }

        var whole = Matrix.Wrap(_rows, request.Rows, _round.Outputs);
        (_round, _factor, _rows) = (null, null, []);
        _result.TrySetResult(whole);
    }

    private static byte[] Some(double[] numbers, long first, int count) =>
        count is < 1 or > JobSamples.MostNumbers || first < 0 || first > numbers.Length - count
            ? throw new ArgumentException($"Expected 1 to {JobSamples.MostNumbers} numbers within the array.")
            : MemoryMarshal.AsBytes(numbers.AsSpan((int)first, count)).ToArray();

    private static string Short(string text) => MessageText.Clean(text.Length > 1000 ? text[..1000] : text);
}
