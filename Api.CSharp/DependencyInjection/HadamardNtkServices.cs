using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HadamardNtk;

/// <summary>Adds kernels and models to a container, each of them once for all threads.</summary>
/// <example><code>
/// services.AddHadamardNtk(configuration.GetSection("HadamardNtk"));
/// services.AddHadamardNtkModel((provider, cancellation) =>
///     KernelRegression.Fit(provider.GetRequiredService&lt;InfiniteKernel&gt;(), x, y, cancellation: cancellation));
/// </code></example>
public static class HadamardNtkServices
{
    /// <summary>
    /// Adds the kernel of the configured network (<see cref="InfiniteKernel"/>) and the options of a request
    /// (<see cref="GramOptions"/>) as singletons. A network may name activations that the container has.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configuration">
    /// The section with the values of <see cref="HadamardNtkOptions"/>. A key that is none of them, a network that
    /// cannot be read or that is refused, and a number out of range stop the host when it starts.
    /// </param>
    public static IServiceCollection AddHadamardNtk(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.RemoveAll<IOptionsFactory<HadamardNtkOptions>>();
        services.AddOptionsWithValidateOnStart<HadamardNtkOptions>()
            .Bind(configuration, binder => binder.ErrorOnUnknownConfiguration = true);
        return services.AddKernel();
    }

    /// <summary>
    /// Adds the same from options in code. They are taken as they are: no configuration changes them, and of several
    /// calls the last one counts.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="options">The options; the defaults if null.</param>
    public static IServiceCollection AddHadamardNtk(
        this IServiceCollection services, HadamardNtkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptionsWithValidateOnStart<HadamardNtkOptions>();
        services.Replace(ServiceDescriptor.Singleton<IOptionsFactory<HadamardNtkOptions>>(provider =>
            new GivenOptions(options ?? new(), provider.GetServices<IValidateOptions<HadamardNtkOptions>>())));
        return services.AddKernel();
    }

    /// <summary>
    /// Adds the model that the host loads or fits when it starts, a <see cref="ServedModel"/>. Where the folder of
    /// <see cref="HadamardNtkOptions.ModelFolder"/> has a model, that one is loaded.
    /// </summary>
    /// <param name="services">The container, to which <c>AddHadamardNtk</c> has added the options.</param>
    /// <param name="fit">
    /// Fits the model where there is none to load; null, the default, where there always is one. It runs once, on a
    /// thread of its own, and the token is cancelled when the host stops.
    /// </param>
    /// <exception cref="InvalidOperationException">The container has a model already.</exception>
    public static IServiceCollection AddHadamardNtkModel(
        this IServiceCollection services, Func<IServiceProvider, CancellationToken, IFittedModel>? fit = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(service => service.ServiceType == typeof(ServedModel)))
        {
            throw new InvalidOperationException(
                "Expected one model in a container; AddHadamardNtkModel was called before. Call it once.");
        }

        services.AddSingleton(provider => new ServedModel(
            stop => Make(provider, fit, stop),
            provider.GetRequiredService<GramOptions>(),
            Options(provider).WarmUp));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ServedModel>());
        return services;
    }

    private static IServiceCollection AddKernel(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HadamardNtkOptions>, OptionsCheck>());
        services.TryAddSingleton(provider => new GramOptions
        {
            Threads = Options(provider).Threads,
            Precision = Options(provider).Precision,
        });
        services.TryAddSingleton(provider => Kernel(Options(provider), provider.GetServices<Activation>()));
        return services;
    }

    private static InfiniteKernel Kernel(HadamardNtkOptions options, IEnumerable<Activation> activations) =>
        options.Network is { } text
            ? Network.Parse(text, activations).Kernel(options.Kernel)
            : throw new InvalidOperationException(
                "Expected a network in the options of HadamardNtk; there is none. Set Network, as in "
                + "\"HadamardNtk\": { \"Network\": \"(dense relu)^2 dense\" }.");

    private static IFittedModel Make(
        IServiceProvider provider, Func<IServiceProvider, CancellationToken, IFittedModel>? fit, CancellationToken stop)
    {
        var folder = Options(provider).ModelFolder;
        if (fit is null || IsFilled(folder))
        {
            return FittedModel.Load(
                folder ?? throw new InvalidOperationException(
                    "Expected a model to load or to fit; the options of HadamardNtk have no ModelFolder, and "
                    + "AddHadamardNtkModel was given no function. Give one of them."),
                provider.GetServices<Activation>(),
                cancellation: stop);
        }

        if (folder is not null)
        {
            FittedModel.RequireWritable(folder);
        }

        var model = fit(provider, stop);
        if (folder is not null)
        {
            model.Save(folder, cancellation: stop);
        }

        return model;
    }

    private static bool IsFilled(string? folder) =>
        Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any();

    private static HadamardNtkOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<HadamardNtkOptions>>().Value;

    /// <summary>Options that are given as they are, and checked as those of a configuration are.</summary>
    private sealed class GivenOptions(
        HadamardNtkOptions options, IEnumerable<IValidateOptions<HadamardNtkOptions>> checks)
        : OptionsFactory<HadamardNtkOptions>([], [], checks)
    {
        protected override HadamardNtkOptions CreateInstance(string name) => options;
    }
}
