using System.Runtime.InteropServices;
using Xunit;

namespace HadamardNtk.Torch.Tests.Libtorch;

/// <summary>What does not load is said in one line.</summary>
public sealed class LoaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hntk-loader-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private const string Advice =
        "Unable to load shared library 'libX.so' or one of its dependencies. In order to help diagnose loading problems, consider using a tool like strace.";

    [Theory]
    [InlineData("GLIBCXX_3.4.32", "libstdc++ is older", "GCC 13", "Ubuntu 24.04", "Debian 13", "LD_LIBRARY_PATH")]
    [InlineData("CXXABI_1.3.15", "libstdc++ is older", "GCC 13", "LD_LIBRARY_PATH")]
    [InlineData("GLIBC_2.38", "C library of this system is older", "newer system")]
    public void An_old_system_library_is_named_with_what_to_do(string version, params string[] parts)
    {
        var text = $"{Advice}\n/lib/x86_64-linux-gnu/libstdc++.so.6: version `{version}' not found (required by /p/libLibTorchSharp.so)\n/other: cannot open shared object file\n";
        var line = LoaderText.Explain("/p/libLibTorchSharp.so", text);
        Assert.StartsWith($"'/p/libLibTorchSharp.so' needs {version}, and ", line);
        Assert.All(parts, part => Assert.Contains(part, line));
        Assert.DoesNotContain('\n', line);
    }

    [Theory]
    [InlineData(Advice + "\nlibgomp.so.1: cannot open shared object file: No such file or directory\n", "libgomp.so.1: cannot open shared object file: No such file or directory")]
    [InlineData("Unable to load DLL 'x' or one of its dependencies: The specified module could not be found. (0x8007007E)", "Unable to load DLL 'x' or one of its dependencies: The specified module could not be found. (0x8007007E)")]
    [InlineData("", "the system does not say why")]
    public void Else_the_systems_own_words_are_told(string text, string essence) =>
        Assert.Equal($"'x' does not load: {essence}", LoaderText.Explain("x", text));

    [Fact]
    public void A_file_that_is_no_library_does_not_load()
    {
        File.WriteAllText(Core, "no library");
        var line = LibtorchLoader.Load(_folder, _folder);
        Assert.StartsWith($"'{Core}' does not load: ", line);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void A_library_that_is_not_libtorch_is_refused()
    {
        // One that every runtime has.
        File.Copy(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), OperatingSystem.IsWindows() ? "clrgc.dll" : Platform.FileOf("System.Native")), Core);
        var line = LibtorchLoader.Load(_folder, _folder);
        Assert.Equal(
            $"'{Core}' is not a libtorch that tells its version; TorchSharp {TorchSharpVersion.Own} is made for libtorch {TorchSharpVersion.Libtorch}", line);
    }

    [Fact]
    public void Without_TorchSharps_own_library_nothing_is_loaded()
    {
        File.WriteAllText(Core, "no library");
        Assert.StartsWith($"{Platform.FileOf("LibTorchSharp")} is not beside the program: ", LibtorchLoader.Load(_folder, null));
    }

    [Fact]
    public void A_process_keeps_the_libtorch_that_it_has()
    {
        Device.Tensors.Backend();
        Assert.False(TorchBackend.TryCreate("cpu", new() { LibtorchFolder = _folder }, out _, out var reason));
        Assert.Contains($"not '{_folder}'", reason);
        Assert.DoesNotContain('\n', reason);
        Assert.True(TorchBackend.TryCreate("cpu", out _, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void A_folder_has_a_name(string folder) =>
        Assert.Throws<ArgumentException>(() => new TorchSettings { LibtorchFolder = folder });

    private string Core => Path.Combine(_folder, Platform.FileOf(LibtorchSearch.Core));
}
