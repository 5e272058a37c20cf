using Xunit;

namespace HadamardNtk.Api.Tests;

public class GraphReadingTests : DataFolder
{
    private const string TwoGraphs = "2\n3 1\n5 1 1\n2 2 0 2\n5 1 1\n1 -1\n7 0\n";

    [Fact]
    public void A_text_file_has_tags_one_hot_and_every_vertex_among_its_neighbors()
    {
        Put("any.txt", TwoGraphs);
        var data = GraphData.Read(Folder);
        Assert.Equal([1L, -1], data.Labels);
        Assert.Equal("2 graphs, 4 vertices, 3 features", data.Graphs.ToString());
        Same(new double[,] { { 0, 1, 0 }, { 1, 0, 0 }, { 0, 1, 0 } }, data.Graphs[0].Features);
        Same(new double[,] { { 0, 0, 1 } }, data.Graphs[1].Features);
        Assert.Equal([0, 1], data.Graphs[0].Neighbors(0).ToArray());
        Assert.Equal([0, 1, 2], data.Graphs[0].Neighbors(1).ToArray());
        Assert.Equal([1.0, 1, 1], data.Graphs[0].Weights(1).ToArray());
        Assert.False(data.HasDegrees);
        Assert.Empty(data.Folds);
    }

    [Fact]
    public void Graphs_with_one_tag_have_their_degrees_one_hot()
    {
        Put("any.txt", "2\n3 0\n0 2 0 1\n0 2 0 2\n0 1 1\n1 1\n0 0\n");
        var data = GraphData.Read(Folder);
        Assert.True(data.HasDegrees);
        Same(new double[,] { { 0, 1, 0 }, { 0, 0, 1 }, { 0, 1, 0 } }, data.Graphs[0].Features);
        Same(new double[,] { { 1, 0, 0 } }, data.Graphs[1].Features);
    }

    [Fact]
    public void The_files_of_the_TU_collection_are_the_same_graphs()
    {
        Put("X_A.txt", "1, 2\n2, 1\n2, 3\n3, 2\n");
        Put("X_graph_indicator.txt", "1\n1\n1\n2\n");
        Put("X_graph_labels.txt", "1\n-1\n");
        Put("X_node_labels.txt", "5\n2\n5\n7\n");
        var read = GraphData.Read(Folder);
        Put("X_node_attributes.txt", "0.5\n1\n2\n3\n");
        var attributed = GraphData.Read(Folder);
        var text = Directory.CreateDirectory(Place("text")).FullName;
        File.WriteAllText(Path.Combine(text, "any.txt"), TwoGraphs);
        var other = GraphData.Read(text);
        Assert.Equal(other.Labels, read.Labels);
        for (var i = 0; i < 2; i++)
        {
            Same(other.Graphs[i].Features.ToArray(), read.Graphs[i].Features);
            for (var p = 0; p < read.Graphs[i].Vertices; p++)
            {
                Assert.Equal(other.Graphs[i].Neighbors(p).ToArray(), read.Graphs[i].Neighbors(p).ToArray());
            }
        }

        Assert.Equal([0, 1, 0, 0.5], attributed.Graphs[0].Features.Row(0).ToArray());
        Assert.Equal([0, 0, 1, 3.0], attributed.Graphs[1].Features.Row(0).ToArray());
    }

    [Theory]
    [InlineData("", "the number of graphs", "the end of the file")]
    [InlineData("x\n", "a number", "\"x\" on line 1")]
    [InlineData("1\n2 1 3\n", "its number of vertices and its label", "3 fields on line 2")]
    [InlineData("1\n2 a\n", "an integer as the label", "\"a\" on line 2")]
    [InlineData("1\n2 1\n0 1 1\n", "vertex 1 of graph 0", "the end of the file")]
    [InlineData("1\n2 1\n0 1 2\n0 0\n", "a vertex of the graph, an integer from 0 to 1", "\"2\" on line 3")]
    [InlineData("1\n2 1\n0 2 1\n0 0\n", "2 neighbors after the degree", "1 on line 3")]
    [InlineData("1\n2 1\n0\n0 0\n", "a tag, a degree and the neighbors", "one field on line 3")]
    [InlineData("1\n2 1\n0 1 1 0.5\n0 1 0\n", "1 attributes after the neighbors", "0 on line 4")]
    [InlineData("2147483591\n1 1\n0 0\n", "graph 1: its number of vertices and its label", "the end of the file")]
    [InlineData("1\n2000000000 1\n0 0\n", "vertex 1 of graph 0", "the end of the file")]
    [InlineData("1\n1 1\n0 0 nan\n", "a finite number", "\"nan\" on line 3")]
    [InlineData("1\n1 1\n0 0\n\n0 0\n", "the end of the file after 1 graphs", "another line on line 5")]
    public void A_damaged_text_file_is_refused_with_its_line(string text, params string[] parts)
    {
        Put("bad.txt", text);
        Refused(() => GraphData.Read(Folder), Place("bad.txt"), parts);
    }

    [Theory]
    [InlineData("1, 3\n", "1\n1\n2\n", "", "X_A.txt", "an edge within a graph", "on line 1")]
    [InlineData("1, 4\n", "1\n1\n2\n", "", "X_A.txt", "a vertex, an integer from 1 to 3", "on line 1")]
    [InlineData("1\n", "1\n1\n2\n", "", "X_A.txt", "an edge, as two vertices", "on line 1")]
    [InlineData("1, 2\n", "1\n1\n3\n", "", "X_graph_indicator.txt", "a graph, an integer from 1 to 2", "on line 3")]
    [InlineData("1, 2\n", "1\n1\n1\n", "", "X_graph_indicator.txt", "vertices of every graph", "none of graph 2")]
    [InlineData("1, 2\n", "1\n1\n2\n", "1\n2\n", "X_node_labels.txt", "3 lines, one for each vertex", "2")]
    public void Damaged_files_of_the_TU_collection_are_refused(
        string edges, string members, string tags, string file, params string[] parts)
    {
        Put("X_A.txt", edges);
        Put("X_graph_indicator.txt", members);
        Put("X_graph_labels.txt", "0\n1\n");
        if (tags.Length > 0)
        {
            Put("X_node_labels.txt", tags);
        }

        Refused(() => GraphData.Read(Folder), file, parts);
    }

    [Fact]
    public void A_folder_without_graphs_is_refused()
    {
        Refused(() => GraphData.Read(Folder), Folder, "one file NAME.txt", "no text file");
        Refused(() => GraphData.Read(Place("none")), "none", "a folder of graphs", "no such folder");
        Put("a.txt", TwoGraphs);
        Put("b.txt", TwoGraphs);
        Refused(() => GraphData.Read(Folder), Folder, "2 text files");
        Put(Path.GetFileName(Folder) + ".txt", TwoGraphs);
        Assert.Equal(2, GraphData.Read(Folder).Graphs.Count);
    }

    [Fact]
    public void Folds_are_read_in_order_and_refused_where_a_graph_is_twice()
    {
        Put("any.txt", TwoGraphs);
        Directory.CreateDirectory(Place("10fold_idx"));
        Put("10fold_idx/train_idx-1.txt", "1\n");
        Put("10fold_idx/test_idx-1.txt", "0\n");
        Put("10fold_idx/train_idx-2.txt", "0\n");
        Put("10fold_idx/test_idx-2.txt", "1\n");
        var folds = GraphData.Read(Folder).Folds;
        Assert.Equal([1, 0], folds.Select(fold => fold.Training.Single()));
        Assert.Equal([0, 1], folds.Select(fold => fold.Test.Single()));
        Put("10fold_idx/test_idx-2.txt", "0\n");
        Refused(() => GraphData.Read(Folder), "test_idx-2.txt", "each graph of a fold once", "graph 0 again on line 1");
        Put("10fold_idx/test_idx-2.txt", "2\n");
        Refused(() => GraphData.Read(Folder), "test_idx-2.txt", "a graph, an integer from 0 to 1", "on line 1");
    }

    [Fact]
    public void A_graph_is_checked_where_it_is_made()
    {
        Matrix x = new double[,] { { 1 }, { 2 } };
        var weighted = new Graph(x, [[1], [0, 1]], [[0.5], [2, 3]]);
        Assert.Equal([1, 0.5], weighted.Weights(0).ToArray());
        Assert.Equal([2.0, 3], weighted.Weights(1).ToArray());
        Assert.Equal([1], new Graph(x, [[1], []], selfLoops: false).Neighbors(0).ToArray());
        void Bad(string part, Func<object> make) => Assert.Contains(part, Assert.Throws<ArgumentException>(make).Message);
        Bad("for 2 vertices", () => new Graph(x, [[1]]));
        Bad("neighbors from 0 to 1", () => new Graph(x, [[2], []]));
        Bad("named twice", () => new Graph(x, [[1, 1], []]));
        Bad("expected 1 weights", () => new Graph(x, [[1], []], [[], []]));
        Bad("finite weights", () => new Graph(x, [[1], []], [[double.NaN], []]));
        Bad("finite features", () => new Graph(new double[,] { { double.NaN } }, [[]]));
        Bad("expected 1 features", () => new GraphSet([new Graph(x, [[], []]), new Graph(new double[1, 2], [[]])]));
    }

    [Theory]
    [InlineData("MUTAG", "188 graphs, 3371 vertices, 7 features", false, 180)]
    [InlineData("IMDBBINARY", "1000 graphs, 19773 vertices, 65 features", true, 1000)]
    public void Published_graphs_have_their_sizes_and_ten_folds(string name, string sizes, bool hasDegrees, int tested)
    {
        var data = GraphData.Read(Path.GetDirectoryName(SharedData.Require($"graphs/{name}/{name}.txt"))!);
        Assert.Equal(sizes, data.Graphs.ToString());
        Assert.Equal(hasDegrees, data.HasDegrees);
        Assert.Equal(10, data.Folds.Count);
        Assert.Equal(tested, data.Folds.SelectMany(fold => fold.Test).Distinct().Count());
        Assert.Equal(tested, data.Folds.Sum(fold => fold.Test.Count));
    }
}
