using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace HadamardNtk.Samples.Tests.Serving;

/// <summary>The sample service, asked through HTTP on the loopback interface.</summary>
public class ServiceTests(ServiceTests.Running running) : IClassFixture<ServiceTests.Running>
{
    private static readonly double[][] Points = [[0.5], [1.5], [4.0]];

    [Fact]
    public async Task Predictions_are_those_of_the_model_in_their_intervals()
    {
        var answer = await AskAsync(new global::Serving.Query(Points, 0.9));
        var expected = running.Model.Predict(new(Points), Uncertainty.Deviation);
        var interval = expected.Interval(0.9);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(expected.Mean[i, 0], answer.Mean[i][0]);
            Assert.Equal(interval.Lower[i, 0], answer.Lower[i][0]);
            Assert.Equal(interval.Upper[i, 0], answer.Upper[i][0]);
            Assert.InRange(answer.Mean[i][0], answer.Lower[i][0], answer.Upper[i][0]);
        }

        Assert.True(answer.Upper[2][0] - answer.Lower[2][0] > 3 * (answer.Upper[0][0] - answer.Lower[0][0]));
    }

    [Fact]
    public async Task Many_requests_at_once_have_the_same_answer()
    {
        var one = await AskAsync(new global::Serving.Query(Points));
        var all = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => AskAsync(new global::Serving.Query(Points))));
        Assert.All(all, answer => Assert.Equal(one.Upper.Select(row => row[0]), answer.Upper.Select(row => row[0])));
    }

    [Theory]
    [InlineData("""{ "x": [[1, 2]] }""", "Expected 1 features, as in training; the samples have 2.")]
    [InlineData("""{ "x": [[1], [2, 3]] }""", "Row 1: expected 1 values as in row 0; came 2")]
    [InlineData("""{ "x": [] }""", "Expected 1 to 10000 samples in x; came 0")]
    [InlineData("""{ "level": 0.5 }""", "Expected 1 to 10000 samples in x; came 0")]
    [InlineData("""{ "x": [[1], null] }""", "Row 1: expected 1 values as in row 0; came null")]
    [InlineData("""{ "x": [[1]], "level": 2 }""", "between 0 and 1")]
    [InlineData("""{ "x": [["a"]] }""", "Bad Request")]
    [InlineData("""{ "x": [[1]""", "Bad Request")]
    public async Task Bad_input_gives_400_and_says_what_was_expected(string body, string message)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await running.Client.PostAsync("/predict", content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var problem = JsonDocument.Parse(text);
        Assert.Contains(message, problem.RootElement.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_says_that_it_is_ready() =>
        Assert.Equal(HttpStatusCode.OK, (await running.Client.GetAsync("/health")).StatusCode);

    private async Task<global::Serving.Answer> AskAsync(global::Serving.Query query)
    {
        using var response = await running.Client.PostAsJsonAsync("/predict", query);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<global::Serving.Answer>())!;
    }

    /// <summary>The service on a free port, when its model is there.</summary>
    public sealed class Running : IAsyncLifetime
    {
        private readonly WebApplication _service = global::Serving.Service.Build(
            "--urls=http://127.0.0.1:0",
            $"--contentRoot={Repository.Place("samples", "serving")}",
            "--Logging:LogLevel:Default=None",
            "--Logging:LogLevel:Microsoft.Hosting.Lifetime=None");

        internal HttpClient Client { get; } = new();

        internal KernelRegression Model { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await _service.StartAsync();
            Client.BaseAddress = new(_service.Urls.Single());
            Model = (await _service.Services.GetRequiredService<ServedModel>().ModelAsync()).Regression;
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await _service.StopAsync();
            await _service.DisposeAsync();
        }
    }
}
