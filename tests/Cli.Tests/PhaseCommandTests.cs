using System.Text.Json;
using Xunit;

namespace HadamardNtk.Cli.Tests;

public class PhaseCommandTests : CommandLine
{
    private static readonly string[] Keys =
        ["block", "phase", "chi_1", "every_variance", "variances", "variance", "every_correlation", "correlations", "limit"];

    [Fact]
    public void A_phase_is_told_in_lines_of_80_columns()
    {
        var text = Run("phase", "--net", "dense(w=1.5,b=0.1) tanh").Succeeded().Output;
        Assert.Contains("phase        chaotic, chi_1 = C'(1) = 1.12905\n", text);
        Assert.Matches(@"\n  0\.357032 +0\.493803 +stable +1\.4172\n", text);
        Assert.Matches(@"\n  0\.169878 +0\.934856 +stable +14\.8451\n", text);
        Assert.Contains("rho tends to 0.169878", text);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains("every q is fixed", Run("phase", "--net", "dense(w=1.41421356) relu").Succeeded().Output);
        Assert.Contains("every rho is fixed", Run("phase", "--net", "dense").Succeeded().Output);
    }

    [Fact]
    public void Json_has_the_same_and_null_for_what_is_infinite()
    {
        var tanh = Run("phase", "--net", "dense(w=1.5,b=0.1) tanh", "--json").Json(Keys);
        Assert.Equal("chaotic", tanh.GetProperty("phase").GetString());
        Assert.Equal(1.1290526986640531, tanh.GetProperty("chi_1").GetDouble(), 1e-14);
        Assert.Equal(2, tanh.GetProperty("correlations").GetArrayLength());
        Assert.Equal("stable", tanh.GetProperty("limit").GetProperty("stability").GetString());
        Assert.Equal(14.8451, tanh.GetProperty("limit").GetProperty("depth_scale").GetDouble(), 1e-4);
        var relu = Run("phase", "--net", "dense(w=1.41421356) relu", "--variance", "3", "--json").Json(Keys);
        Assert.True(relu.GetProperty("every_variance").GetBoolean());
        Assert.Equal(3, relu.GetProperty("variance").GetProperty("value").GetDouble());
        Assert.Equal(JsonValueKind.Null, relu.GetProperty("limit").GetProperty("depth_scale").ValueKind);
        var sign = Run("phase", "--net", "dense sign", "--json").Json(Keys);
        Assert.Equal(JsonValueKind.Null, sign.GetProperty("chi_1").ValueKind);
    }

    [Fact]
    public void What_has_no_phase_is_an_error_of_the_input()
    {
        Fails(2, ["phase", "--net", "dense(w=0.9) tanh"], "variance vanishes");
        Fails(2, ["phase", "--net", "dense(w=1.5) relu", "--json"], "grows without bound");
        Fails(2, ["phase", "--net", "relu"], "put a dense before relu");
        Fails(2, ["phase", "--net", "dense tanh", "--variance", "0"], "from 1E-06 to 1000000");
        Fails(2, ["phase", "--net", "dense tanh", "--variance", "x"], "--variance takes");
        Fails(2, ["phase"], "'--net'");
    }
}
