using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace HadamardNtk.Samples.Tests.Serving;

/// <summary>Kernels and models as services of a container, with options from a configuration.</summary>
public class ContainerTests
{
    private static readonly Matrix X = new([[-1.0], [0.0], [1.0]]);
    private static readonly double[] Y = [1, 0, 1];

    [Fact]
    public void The_configured_kernel_and_the_options_of_requests_are_there_once()
    {
        var services = Services(
            ("Network", "dense relu dense"), ("Kernel", "Nngp"), ("Threads", "3"), ("Precision", "Float32"));
        using var provider = services.BuildServiceProvider();
        var kernel = provider.GetRequiredService<InfiniteKernel>();
        Assert.Equal("NNGP kernel of dense relu dense", kernel.ToString());
        Assert.Same(kernel, provider.GetRequiredService<InfiniteKernel>());
        var options = provider.GetRequiredService<GramOptions>();
        Assert.Equal((3, Precision.Float32), (options.Threads, options.Precision));
    }

    [Fact]
    public void A_request_has_one_thread_unless_configured()
    {
        using var provider = new ServiceCollection().AddHadamardNtk().BuildServiceProvider();
        Assert.Equal(1, provider.GetRequiredService<GramOptions>().Threads);
        var failure = Assert.Throws<InvalidOperationException>(provider.GetRequiredService<InfiniteKernel>);
        Assert.Contains("Set Network", failure.Message);
    }

    [Fact]
    public void Of_options_in_code_and_of_a_configuration_the_last_ones_count()
    {
        var services = new ServiceCollection().AddHadamardNtk(new HadamardNtkOptions { Network = "dense erf dense" });
        using var provider = services.AddHadamardNtk(Configuration(("Network", "dense relu dense"))).BuildServiceProvider();
        Assert.Equal("dense relu dense", provider.GetRequiredService<InfiniteKernel>().Network.ToString());
    }

    [Fact]
    public void A_network_may_name_activations_of_the_container()
    {
        var services = Services(("Network", "dense cube dense"));
        services.AddSingleton(Activation.Custom("cube", x => x * x * x));
        using var provider = services.BuildServiceProvider();
        Assert.Equal("NTK of dense cube dense", provider.GetRequiredService<InfiniteKernel>().ToString());
    }

    [Theory]
    [InlineData("Network", "dense rleu", "Network: network, column 7: read 'rleu'")]
    [InlineData("Network", "relu dense", "put a dense before relu")]
    [InlineData("Threads", "0", "Threads: expected at least 1; came 0")]
    [InlineData("Kernel", "7", "Kernel: expected Ntk or Nngp; came 7")]
    [InlineData("Precision", "9", "Precision: expected Float64 or Float32; came 9")]
    [InlineData("Thread", "2", "'Thread'")]
    [InlineData("Kernel", "ntkk", "ntkk")]
    public async Task What_is_wrong_stops_the_host_with_the_reason(string key, string value, string reason)
    {
        var failure = await Record.ExceptionAsync(() => StartedAsync(services =>
            services.AddHadamardNtk(Configuration((key, value)))));
        Assert.NotNull(failure);
        Assert.Contains(reason, $"{failure.Message} {failure.InnerException?.Message}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_fitted_off_the_thread_that_starts_the_host_and_requests_wait_for_it()
    {
        using var go = new ManualResetEventSlim();
        using var host = await StartedAsync(services => services
            .AddHadamardNtk(new HadamardNtkOptions { Network = "dense(b=1) relu dense" })
            .AddHadamardNtkModel((provider, _) =>
            {
                go.Wait();
                return KernelRegression.Fit(provider.GetRequiredService<InfiniteKernel>(), X, Y);
            }));
        var served = host.Services.GetRequiredService<ServedModel>();
        Assert.False(served.IsReady);
        var waiting = served.ModelAsync();
        using var impatient = new CancellationTokenSource();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => served.ModelAsync(impatient.Token));
        Assert.False(waiting.IsCompleted);
        go.Set();
        Assert.Equal(1, (await waiting).Regression.Features);
        Assert.True(served.IsReady);
        Assert.Equal(1, served.RequestOptions.Threads);
        await host.StopAsync();
    }

    /// <summary>Two equal rows without a ridge have weights, but no factor, which deviations need.</summary>
    [Fact]
    public async Task Without_a_warm_up_a_model_is_there_before_it_is_factorized()
    {
        async Task<IFittedModel> Model(bool warmUp)
        {
            using var host = await StartedAsync(services => services
                .AddHadamardNtk(new HadamardNtkOptions { Network = "dense(b=1) relu dense", WarmUp = warmUp })
                .AddHadamardNtkModel((provider, _) => KernelRegression.Fit(
                    provider.GetRequiredService<InfiniteKernel>(), new([[1.0], [1.0]]), [2.0, 2.0],
                    new() { Ridge = Ridge.Absolute(0), Solver = Solver.ConjugateGradients with { Rank = 0 } })));
            var model = await host.Services.GetRequiredService<ServedModel>().ModelAsync();
            await host.StopAsync();
            return model;
        }

        Assert.Equal(2, (await Model(false)).Regression.Predict(new double[,] { { 1.0 } }).Mean[0, 0], 1e-6);
        Assert.True(new HadamardNtkOptions().WarmUp);
        await Assert.ThrowsAsync<NotPositiveDefiniteException>(() => Model(true));
    }

    [Fact]
    public async Task A_model_is_kept_in_the_folder_and_loaded_by_the_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("hntk-served-").FullName;
        try
        {
            var fits = 0;
            var path = Path.Combine(folder, "model");
            var options = new HadamardNtkOptions { Network = "dense(b=1) relu dense", ModelFolder = path };
            Matrix? first = null;
            for (var start = 0; start < 2; start++)
            {
                using var host = await StartedAsync(services => services
                    .AddHadamardNtk(options)
                    .AddHadamardNtkModel((provider, _) =>
                    {
                        fits++;
                        return KernelRegression.Fit(provider.GetRequiredService<InfiniteKernel>(), X, Y);
                    }));
                var model = await host.Services.GetRequiredService<ServedModel>().ModelAsync();
                var mean = model.Regression.Predict(new double[,] { { 0.3 } }, Uncertainty.Deviation).Mean;
                Assert.Equal((first ??= mean)[0, 0], mean[0, 0]);
                await host.StopAsync();
            }

            Assert.Equal(1, fits);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_model_that_cannot_be_made_stops_the_host_and_its_waiters()
    {
        using var host = await StartedAsync(services => services.AddHadamardNtk().AddHadamardNtkModel());
        var served = host.Services.GetRequiredService<ServedModel>();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => served.ModelAsync());
        Assert.Contains("no ModelFolder", failure.Message);
        await host.WaitForShutdownAsync();
    }

    [Fact]
    public void A_second_model_is_refused_before_the_host_starts()
    {
        var services = new ServiceCollection().AddHadamardNtk().AddHadamardNtkModel();
        var count = services.Count;
        var failure = Assert.Throws<InvalidOperationException>(() => services.AddHadamardNtkModel());
        Assert.Contains("Call it once", failure.Message);
        Assert.Equal(count, services.Count);
    }

    private static ServiceCollection Services(params (string Key, string Value)[] values)
    {
        var services = new ServiceCollection();
        services.AddHadamardNtk(Configuration(values));
        return services;
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] values)
    {
        var all = values.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value));
        return new ConfigurationBuilder().AddInMemoryCollection(all).Build();
    }

    private static async Task<IHost> StartedAsync(Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        add(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
