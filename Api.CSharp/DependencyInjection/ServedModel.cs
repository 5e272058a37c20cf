using Microsoft.Extensions.Hosting;

namespace HadamardNtk;

/// <summary>
/// The model of a server: loaded or fitted once, when the host starts, on a thread of its own and with all processors,
/// so that no request waits for it longer than it has to and none computes it again. If that fails, the host stops with
/// the reason. Safe to share between threads, as the model is.
/// </summary>
/// <example><code>
/// var model = await served.ModelAsync(cancellation);
/// var prediction = model.Regression.Predict(x, Uncertainty.Deviation, served.RequestOptions, cancellation);
/// </code></example>
public sealed class ServedModel : BackgroundService
{
    private readonly Func<CancellationToken, IFittedModel> _make;
    private readonly bool _warmUp;
    private readonly TaskCompletionSource<IFittedModel> _model =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ServedModel(Func<CancellationToken, IFittedModel> make, GramOptions request, bool warmUp) =>
        (_make, RequestOptions, _warmUp) = (make, request, warmUp);

    /// <summary>The options of one request: the threads that it may take, 1 unless configured.</summary>
    public GramOptions RequestOptions { get; }

    /// <summary>Whether the model is there.</summary>
    public bool IsReady => _model.Task.IsCompletedSuccessfully;

    /// <summary>The model, as soon as it is there.</summary>
    /// <param name="cancellation">Stops the waiting, not the work.</param>
    public Task<IFittedModel> ModelAsync(CancellationToken cancellation = default) =>
        _model.Task.WaitAsync(cancellation);

    /// <summary>Loads or fits the model, and makes it ready for deviations.</summary>
    /// <param name="stoppingToken">The token that is cancelled when the host stops.</param>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            _model.SetResult(await Task.Run(() => Ready(stoppingToken), stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _model.TrySetCanceled(stoppingToken);
        }
        catch (Exception e)
        {
            _model.SetException(e);
            throw;
        }
    }

    private IFittedModel Ready(CancellationToken stop)
    {
        var model = _make(stop);
        if (_warmUp && model.Regression.Solution.Kind != SolverKind.Falkon)
        {
            model.Regression.PrepareUncertainty(cancellation: stop);
        }

        return model;
    }
}
