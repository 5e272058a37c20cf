using HadamardNtk;

namespace Serving;

/// <summary>The body of a request: samples, one in each row, and the probability that intervals have.</summary>
public sealed record Query(double[][] X, double Level = 0.95);

/// <summary>The body of an answer: one row for each sample, one number for each output.</summary>
public sealed record Answer(double[][] Mean, double[][] Lower, double[][] Upper);

/// <summary>
/// A service that fits a model when it starts, or loads the one in the folder HadamardNtk:ModelFolder, and answers with
/// predictions. The model is one object for all requests, each of which computes on its own thread.
/// </summary>
public static class Service
{
    private const int MostRows = 10_000;

    public static WebApplication Build(params string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddProblemDetails();
        builder.Services.AddHadamardNtk(builder.Configuration.GetSection("HadamardNtk"));
        builder.Services.AddHadamardNtkModel(Fit);

        var app = builder.Build();
        app.UseStatusCodePages();
        app.MapGet("/health", (ServedModel served) => served.IsReady ? Results.Ok() : Results.StatusCode(503));
        app.MapPost("/predict", PredictAsync);
        return app;
    }

    private static async Task<IResult> PredictAsync(Query query, ServedModel served, CancellationToken cancellation)
    {
        if (!served.IsReady) return Results.Problem("The model is not ready yet.", statusCode: 503);
        var model = (await served.ModelAsync(cancellation)).Regression;
        try
        {
            if (query.X is not { Length: > 0 and <= MostRows })
                throw new ArgumentException($"Expected 1 to {MostRows} samples in x; came {query.X?.Length ?? 0}.");
            var prediction = model.Predict(new(query.X), Uncertainty.Deviation, served.RequestOptions, cancellation);
            var (lower, upper) = prediction.Interval(query.Level);
            return Results.Ok(new Answer(Rows(prediction.Mean), Rows(lower), Rows(upper)));
        }
        catch (Exception e) when (e is ArgumentException or IHadamardNtkException)
        {
            return Results.Problem(e.Message, statusCode: 400);
        }
    }

    /// <summary>A wave, with what stands for noise. A service of yours reads its data here.</summary>
    private static KernelRegression Fit(IServiceProvider services, CancellationToken cancellation)
    {
        var places = Enumerable.Range(-20, 41).Select(i => 0.15 * i).ToArray();
        var x = new Matrix(places.Select(p => (double[])[p]));
        var y = places.Select((p, i) => Math.Sin(2 * p) + 0.1 * Math.Cos(37 * i)).ToArray();
        var options = new RegressionOptions { Ridge = Ridge.Relative(1e-3), Scale = VarianceScale.Estimated };
        return KernelRegression.Fit(services.GetRequiredService<InfiniteKernel>(), x, y, options, cancellation);
    }

    private static double[][] Rows(Matrix matrix) =>
        [.. Enumerable.Range(0, matrix.Rows).Select(i => matrix.Row(i).ToArray())];
}
