using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>Folders that are replaced as a whole.</summary>
#pragma warning disable CA1416
public class WholeFolderTests : DataFolder
{
    private static readonly string[] Ours = ["index", "a", "b"];

    [Fact]
    public void A_folder_gets_the_new_files_and_loses_the_old_ones()
    {
        Replace("first", "a", "b");
        Replace("second", "a");
        Assert.Equal(["a", "index"], In("place"));
        Assert.Equal("second", File.ReadAllText(Place("place/a")));
        Assert.Equal(["place"], Names());
    }

    [Fact]
    public void Other_files_and_folders_in_it_stay()
    {
        Directory.CreateDirectory(Place("place/deep"));
        Put("place/deep/notes", "mine");
        Replace("first", "a", "b");
        Replace("second", "b");
        Assert.Equal(["b", "deep", "index"], In("place"));
        Assert.Equal("mine", File.ReadAllText(Place("place/deep/notes")));
        Assert.Equal(["place"], Names());
    }

    [Fact]
    public void A_failure_leaves_it_as_it_was()
    {
        Replace("first", "a");
        Assert.Throws<InvalidTimeZoneException>(() => WholeFolder.Replace(Place("place"), Ours, folder =>
        {
            File.WriteAllText(Path.Combine(folder, "a"), "half");
            throw new InvalidTimeZoneException();
        }));
        Assert.Equal("first", File.ReadAllText(Place("place/a")));
        Assert.Equal(["place"], Names());
        Assert.Equal(["a", "index"], In("place"));
    }

    [Fact]
    public void A_failure_to_write_names_the_file_as_the_user_does()
    {
        var full = Failure(folder => throw new OutputException(
            OutputFault.CannotCreate, Path.Combine(folder, "a"), "room", "a full disk", "free some"));
        Assert.Equal((Place("place/a"), OutputFault.WriteFailed, "a full disk"), (full.File, full.Fault, full.Actual));
        var cause = new IOException("No space left on device");
        var plain = Failure(_ => throw cause);
        Assert.Equal((Place("place"), OutputFault.WriteFailed), (plain.File, plain.Fault));
        Assert.Same(cause, plain.InnerException);
        Assert.Empty(Names());
        OutputException Failure(Action<string> write) =>
            Assert.Throws<OutputException>(() => WholeFolder.Replace(Place("place"), Ours, write));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_many_at_once_the_last_wins_whole_and_none_fails(bool hasOthers)
    {
        if (hasOthers)
        {
            Directory.CreateDirectory(Place("place"));
            Put("place/notes", "mine");
        }

        Replace("first", "a", "b");
        var torn = 0;
        using var over = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            while (!over.IsCancellationRequested) torn += IsTorn() ? 1 : 0;
        });
        Parallel.For(0, 8, writer =>
        {
            for (var round = 0; round < 40; round++) Replace($"{writer} {round}", round % 2 == 0 ? ["a", "b"] : ["b", "a"]);
        });
        over.Cancel();
        await reader;
        Assert.Equal(0, torn);
        Assert.Single(new[] { "index", "a", "b" }.Select(name => File.ReadAllText(Place($"place/{name}"))).Distinct());
        Assert.Equal(hasOthers ? ["a", "b", "index", "notes"] : ["a", "b", "index"], In("place"));
        Assert.Equal(["place"], Names());
    }

    // As a reader of models does: what does not fit together is read again under the lock.
    private bool IsTorn()
    {
        if (!Directory.Exists(Place("place")) || IsWhole()) return false;
        using var taken = FolderLock.Take(Place("place"));
        return !IsWhole();
    }

    private bool IsWhole()
    {
        try
        {
            return Ours.Select(name => File.ReadAllText(Place($"place/{name}"))).Distinct().Count() == 1;
        }
        catch (IOException)
        {
            return false;
        }
    }

    [Fact]
    public void It_keeps_its_mode_and_those_of_its_files_and_the_link_that_leads_to_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes and links of Unix.");
        Directory.CreateSymbolicLink(Place("link"), "place");
        Replace("first", "a");
        File.SetUnixFileMode(Place("place"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(Place("place/a"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        WholeFolder.Replace(WholeFolder.PlaceOf(Place("link")), Ours, folder => Array.ForEach(["index", "a"], name => File.WriteAllText(Path.Combine(folder, name), "second")));
        Assert.Equal("place", new FileInfo(Place("link")).LinkTarget);
        Assert.Equal("second", File.ReadAllText(Place("place/a")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Place("place")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Place("place/a")));
    }

    [Fact]
    public void A_link_among_its_files_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links of Unix.");
        Replace("first", "a");
        Put("elsewhere", "mine");
        File.CreateSymbolicLink(Place("place/b"), "../elsewhere");
        Assert.Contains("symbolic link", Assert.Throws<OutputException>(() => Replace("second", "b")).Message);
        Assert.Equal("first", File.ReadAllText(Place("place/a")));
    }

    [Fact]
    public void Where_folders_cannot_be_exchanged_nothing_is_done() =>
        Assert.False(FolderExchange.Try(Place("none"), Place("neither")));

    [Fact]
    public void An_exchange_leaves_no_moment_without_a_folder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "known of Linux.");
        Directory.CreateDirectory(Place("one"));
        Directory.CreateDirectory(Place("two"));
        Put("one/a", "1");
        Assert.True(FolderExchange.Try(Place("one"), Place("two")));
        Assert.True(File.Exists(Place("two/a")));
    }

    private string[] In(string folder) => [.. Directory.GetFileSystemEntries(Place(folder)).Select(p => Path.GetFileName(p)!).Order()];

    private void Replace(string text, params string[] names) => WholeFolder.Replace(Place("place"), Ours, folder =>
    {
        foreach (var name in names.Append("index")) File.WriteAllText(Path.Combine(folder, name), text);
    });
}
