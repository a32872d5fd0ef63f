using System.Text.Json.Nodes;
using ContactRouting.Errors;
using ContactRouting.GroupRouting;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Tests.GroupRoutings;

public sealed class StringeePageTests
{
    [Theory]
    [InlineData("", 0, 0, 1, 50, 0)]
    [InlineData("", 50, 1, 1, 50, 50)]
    [InlineData("", 51, 2, 1, 50, 50)]
    [InlineData("?page=2", 51, 2, 2, 50, 1)]
    [InlineData("?page=3", 51, 2, 3, 50, 0)]
    [InlineData("?page=2&limit=20", 45, 3, 2, 20, 20)]
    [InlineData("?page=2147483647&limit=1000", 45, 1, 2147483647, 1000, 0)]
    public void Page_has_its_items_and_the_count_as_text(string query, int items, int pages, int page, int limit, int shown)
    {
        var data = Read(query).Of([.. Enumerable.Range(0, items)], "agents", item => JsonValue.Create(item), "totalAgents");
        Assert.Equal($"{items}", data["totalCount"]!.GetValue<string>());
        Assert.Equal($"{items}", data["totalAgents"]!.GetValue<string>());
        Assert.Equal(
            (pages, page, limit),
            (data["totalPages"]!.GetValue<int>(), data["currentPage"]!.GetValue<int>(), data["limit"]!.GetValue<int>())
        );
        Assert.Equal(
            Enumerable.Range(0, items).Skip((int)Math.Min((long)(page - 1) * limit, items)).Take(limit),
            data["agents"]!.AsArray().Select(item => item!.GetValue<int>())
        );
        Assert.Equal(shown, data["agents"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("?page=0", "page")]
    [InlineData("?page=2147483648", "page")]
    [InlineData("?page=1&page=2", "page")]
    [InlineData("?limit=", "limit")]
    [InlineData("?limit=1001", "limit")]
    [InlineData("?limit=1e1", "limit")]
    public void Number_out_of_range_is_refused_by_name(string query, string field) =>
        Assert.Equal(field, Assert.Throws<DomainException>(() => Read(query)).Field);

    private static StringeePage Read(string query) =>
        StringeePage.Read(new DefaultHttpContext { Request = { QueryString = new QueryString(query) } }.Request);
}
