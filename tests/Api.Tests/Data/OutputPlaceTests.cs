using System.Diagnostics;
using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>What a name at which a file is written may lead to: older files with modes of their own, links, devices.</summary>
#pragma warning disable CA1416
public class OutputPlaceTests : DataFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly Matrix One = new[,] { { 1.0 } };

    public OutputPlaceTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "modes and links of Unix.");

    [Theory]
    [InlineData("K.npy", OwnerOnly)]
    [InlineData("K.npy", OwnerOnly | UnixFileMode.GroupRead)]
    [InlineData("K.npy", OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)]
    [InlineData("K.csv", OwnerOnly)]
    [InlineData("K.npy.gz", OwnerOnly)]
    public void A_file_that_is_replaced_keeps_its_mode(string name, UnixFileMode mode)
    {
        Put(name, "of an earlier run");
        File.SetUnixFileMode(Place(name), mode);
        ArrayFile.Write(Place(name), One);
        Assert.Equal(mode, File.GetUnixFileMode(Place(name)));
        Assert.Equal(1, DataFile.ReadMatrix(Place(name))[0, 0]);
    }

    [Fact]
    public void A_resumable_file_keeps_the_mode_of_what_it_replaces()
    {
        Put("K.npy", "of an earlier run");
        File.SetUnixFileMode(Place("K.npy"), OwnerOnly);
        Network.Parse("dense").Ntk().WriteGram(Place("K.npy"), One, resume: true);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Place("K.npy")));
    }

    [Theory]
    [InlineData("there/K.npy")]
    [InlineData("there/../there/./K.npy")]
    public void A_link_is_written_through(string target)
    {
        Directory.CreateDirectory(Place("there"));
        Put("there/K.npy", "of an earlier run");
        File.SetUnixFileMode(Place("there/K.npy"), OwnerOnly);
        File.CreateSymbolicLink(Place("K.npy"), target);
        NpyFile.Write(Place("K.npy"), One);
        Assert.Equal(target, new FileInfo(Place("K.npy")).LinkTarget);
        Assert.Equal(1, DataFile.ReadMatrix(Place("there/K.npy"))[0, 0]);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Place("there/K.npy")));
        Assert.Equal(["K.npy"], Directory.GetFileSystemEntries(Place("there")).Select(Path.GetFileName));
    }

    [Fact]
    public void So_are_links_to_links_to_what_is_not_there_and_resumable_files()
    {
        Directory.CreateDirectory(Place("a/b"));
        Directory.CreateSymbolicLink(Place("short"), "a/b");
        File.CreateSymbolicLink(Place("K.npy"), Place("short/next.npy"));
        File.CreateSymbolicLink(Place("short/next.npy"), "../K.npy");
        NpyFile.Write(Place("K.npy"), One);
        Assert.True(File.Exists(Place("a/K.npy")));
        Network.Parse("dense").Ntk().WriteGram(Place("K.npy"), new[,] { { 3.0 } }, resume: true);
        Assert.Equal(9, DataFile.ReadMatrix(Place("a/K.npy"))[0, 0]);
        Assert.Equal(["K.npy", "a", "short"], Names());
    }

    [Theory]
    [InlineData("circle", "itself")]
    [InlineData("folder", "folder")]
    [InlineData("device", "device")]
    [InlineData("nowhere", "folder that exists")]
    public void A_link_to_what_cannot_be_replaced_is_refused(string link, string part)
    {
        Directory.CreateDirectory(Place("real"));
        File.CreateSymbolicLink(Place("circle"), "circle");
        File.CreateSymbolicLink(Place("folder"), "real");
        File.CreateSymbolicLink(Place("device"), "/dev/null");
        File.CreateSymbolicLink(Place("nowhere"), "no/such/K.npy");
        Cannot(link, part);
    }

    [Fact]
    public async Task A_pipe_is_refused()
    {
        using (var make = Process.Start("mkfifo", Place("pipe"))) await make.WaitForExitAsync();
        Cannot("pipe", "pipe");
    }

    [Fact]
    public void A_file_that_is_write_protected_is_refused()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "This user may write everything.");
        Put("K.npy", "precious");
        File.SetUnixFileMode(Place("K.npy"), UnixFileMode.UserRead);
        Cannot("K.npy", "write-protected");
    }

    [Fact]
    public void One_file_is_known_by_all_its_names()
    {
        Put("a.npy", "1");
        Put("b.npy", "1");
        File.CreateSymbolicLink(Place("soft.npy"), "a.npy");
        using (var link = Process.Start("ln", [Place("a.npy"), Place("hard.npy")])) link.WaitForExit();
        Assert.All(["a.npy", "./a.npy", "soft.npy", "hard.npy"], name => Assert.True(FileStatus.AreSame(Place("a.npy"), Place(name))));
        Assert.False(FileStatus.AreSame(Place("a.npy"), Place("b.npy")));
        Assert.False(FileStatus.AreSame(Place("a.npy"), Place("none.npy")));
        Assert.True(FileStatus.Of(Place("a.npy"))!.IsOrdinary);
        Assert.False(FileStatus.Of("/dev/null")!.IsOrdinary);
    }

    private void Cannot(string name, string part)
    {
        var before = Names();
        var error = Assert.Throws<OutputException>(() => NpyFile.Write(Place(name), One));
        Assert.Equal(OutputFault.CannotCreate, error.Fault);
        Assert.Contains(part, error.Message);
        Assert.Equal(before, Names());
    }
}
