using System.Diagnostics;
using Xunit;

namespace HadamardNtk.Api.Tests;

public class FileAccessTests : DataFolder
{
    [Fact]
    public void A_missing_file_is_named()
    {
        Refused(Place("missing.npy"), "no such file");
        Refused(Place("missing.npy[:3]"), "no such file");
        Refused(Place("no-folder/missing.npy"), "no such file");
        Assert.Throws<DataFormatException>(() => DataFile.ReadMatrix(Place("with\0zero")));
    }

    [Fact]
    public void A_folder_is_not_a_file() => Refused(Folder, "a folder");

    [Fact]
    public void No_name_is_refused()
    {
        Refused("", "expected a file name");
        Refused("[1:2]", "expected a file name");
        Assert.Throws<ArgumentNullException>(() => DataFile.ReadMatrix(null!));
    }

    [Fact]
    public void An_empty_file_is_refused() => Refused(Put("x.npy", Array.Empty<byte>()), "an empty file");

    [Fact]
    public void A_file_without_permission_is_refused()
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "This user may read everything.");
        var path = Put("secret.csv", "1");
#pragma warning disable CA1416
        File.SetUnixFileMode(path, UnixFileMode.None);
#pragma warning restore CA1416
        Refused(path, "a readable file", "denied", "permissions");
    }

    [Fact]
    public async Task A_pipe_is_read_to_its_end()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Named pipes with mkfifo.");
        using (var make = Process.Start("mkfifo", Place("pipe"))) await make.WaitForExitAsync();
        var read = Task.Run(() => DataFile.ReadMatrix(Place("pipe")));
        await File.WriteAllTextAsync(Place("pipe"), "1,2\n3,4\n");
        Same(new double[,] { { 1, 2 }, { 3, 4 } }, await read);
    }

    [Fact]
    public void The_error_carries_file_expectation_and_remedy()
    {
        var error = Refused(Put("x.csv", "1,2\n3\n"));
        Assert.EndsWith("x.csv", error.File);
        Assert.Equal("2 fields in every row", error.Expected);
        Assert.StartsWith("1 in row 1", error.Actual);
        Assert.Equal("make all rows equally long", error.Suggestion);
    }
}
