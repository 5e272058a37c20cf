using System.Runtime.Versioning;
using Xunit;

namespace HadamardNtk.Cli.Tests;

public class BadOutputTests : CommandLine
{
    public BadOutputTests() => Put("x.csv", "1,2\n3,4\n");

    [Theory]
    [InlineData("none/K.npy", "none")]
    [InlineData("none/at/all/K.npy", "none")]
    [InlineData("x.csv/K.npy", "x.csv")]
    [InlineData("folder", "folder")]
    [InlineData("folder/", "folder")]
    [InlineData(".", "folder")]
    [InlineData("", "file name")]
    [InlineData("/dev/null", "/dev/null")]
    public void A_place_where_no_file_can_be_is_refused(string output, string part)
    {
        Directory.CreateDirectory(Place("folder"));
        Fails(2, ["gram", "--net", "dense", "--x", "x.csv", "--out", output], part);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_may_only_be_read_is_refused()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "this user may write everywhere.");
        Directory.CreateDirectory(Place("sealed"));
        File.SetUnixFileMode(Place("sealed"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Fails(2, ["gram", "--net", "dense", "--x", "x.csv", "--out", "sealed/K.npy"], "sealed/K.npy");
            Fails(2, ["fit", "--net", "dense", "--x", "x.csv", "--y", "x.csv", "--model", "sealed/m"], "sealed/m");
        }
        finally
        {
            File.SetUnixFileMode(Place("sealed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void The_place_is_looked_at_before_the_work_begins()
    {
        Put("big.npy", Samples(6000, 20));
        // The work itself takes longer than a test waits for a process.
        const string net = "(dense relu)^1000 dense";
        Fails(2, ["gram", "--net", net, "--x", "big.npy", "--backend", "reference", "--out", "none/K.npy"], "none");
        Fails(2, ["fit", "--net", net, "--x", "big.npy", "--y", "big.npy", "--backend", "reference", "--model", "x.csv"], "x.csv");
    }

    [Fact]
    public void An_earlier_result_survives_a_later_failure()
    {
        Run("gram", "--net", "dense", "--x", "x.csv", "--out", "K.npy").Succeeded();
        Fails(2, ["gram", "--net", "dense", "--x", "missing.csv", "--out", "K.npy"]);
        Put("huge.csv", "1e200,1\n");
        Fails(1, ["gram", "--net", "dense", "--x", "huge.csv", "--out", "K.npy"]);
    }
}
