using Xunit;

namespace HadamardNtk.Api.Tests.Streaming;

public class JournalTests : DataFolder
{
    private static readonly RunDescription Run = new([("network", "dense relu dense"), ("rows", "90")]);

    [Fact]
    public void Every_block_of_every_batch_is_found_again_in_its_order()
    {
        GramTile[][] batches = [[Block(0), Block(1), Block(2)], [Block(3)], [], [Block(4), Block(5)]];
        Write(batches, afresh: true);
        Assert.Equal(batches.SelectMany(b => b), Read());

        // A second run goes on behind the first.
        GramTile[][] more = [[Block(6), Block(7)], [Block(8), Block(9)]];
        Write(more, afresh: false);
        Assert.Equal([.. batches.SelectMany(b => b), .. more.SelectMany(b => b)], Read());

        Write([[Block(5)]], afresh: true);
        Assert.Equal([Block(5)], Read());
    }

    private static GramTile Block(int k) => new(30 * (k % 3), 10 * k, 30, 10);

    private void Write(GramTile[][] batches, bool afresh)
    {
        using var journal = Journal.Open(Place("K.journal"), Place("K.partial"), Run);
        journal.Begin(afresh);
        Array.ForEach(batches, journal.Append);
    }

    private GramTile[] Read()
    {
        using var journal = Journal.Open(Place("K.journal"), Place("K.partial"), Run);
        return [.. journal.Done];
    }
}
