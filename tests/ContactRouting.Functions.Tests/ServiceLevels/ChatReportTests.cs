using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.ServiceLevels.Reports;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Tests.ServiceLevels;

public sealed class ChatReportTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 23, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Months_without_a_chat_have_a_column_between_those_with_some()
    {
        var report = ChatReport.Find("chats-per-month")!;
        foreach (var (channel, month) in new[] { ("chat", 11), ("voice", 12), ("chat", 14), ("chat", 14) })
            report.Add(new HistoryEntry { Channel = channel }, new DateTime(2025, 1, 31).AddMonths(month - 1));
        Assert.Equal("protocol,11/2025,12/2025,1/2026,2/2026\r\nvoice,0,1,0,0\r\nweb,1,0,0,2\r\n", report.Write(Directories.Of()));
        Assert.Equal("protocol\r\n", ChatReport.Find("chats-per-month")!.Write(Directories.Of()));
    }

    [Fact]
    public void Operators_have_the_median_of_their_waits_and_a_name_with_a_comma_is_quoted()
    {
        var report = ChatReport.Find("chats-per-operator")!;
        foreach (var (agent, wait) in new[] { (1, 10), (1, 2), (1, 3), (2, 4), (2, 7), (3, 1) })
            report.Add(new HistoryEntry { ArrivedAt = Start, AnsweredAt = Start.AddSeconds(wait), AgentId = agent }, Start.DateTime);
        report.Add(new HistoryEntry { ArrivedAt = Start }, Start.DateTime);
        var directory = Directories.Of(new Agent { Id = 1, Name = "a,b" }, new Agent { Id = 2, Name = "zoë" });
        Assert.Equal(
            "operator,n,mean,median,min,max\r\n3,1,1,1,1,1\r\n\"a,b\",3,5,3,2,10\r\nzoë,2,5.5,5.5,4,7\r\n",
            report.Write(directory)
        );
    }

    [Theory]
    [InlineData("UTC", "2026-01-31 23:30:00", "2026-01-31T00:00:00Z")]
    [InlineData("America/Toronto", "2026-01-31 18:30:00", "2026-01-31T05:00:00Z")]
    [InlineData("Pacific/Kiritimati", "2026-02-01 13:30:00", "2026-01-31T10:00:00Z")]
    public void Times_and_days_are_the_zones(string zone, string shown, string dayBegins)
    {
        var days = Days(zone);
        Assert.Equal(shown, days.Show(Start));
        var begins = days.BeginningOf(days.DayOf(Start));
        Assert.Equal(DateTimeOffset.Parse(dayBegins, System.Globalization.CultureInfo.InvariantCulture), begins);
    }

    [Theory]
    [InlineData("America/Sao_Paulo", 2018, 11, 4, 3)] // The clock goes from 24:00 to 1:00.
    [InlineData("America/Havana", 2025, 11, 2, 4)] // 0:00 to 1:00 comes twice.
    public void Day_whose_midnight_is_missing_or_comes_twice_begins_where_the_one_before_ends(
        string zone,
        int year,
        int month,
        int day,
        int hourUtc
    )
    {
        var (days, date) = (Days(zone), new DateOnly(year, month, day));
        var begins = days.BeginningOf(date);
        Assert.Equal(new DateTimeOffset(year, month, day, hourUtc, 0, 0, TimeSpan.Zero), begins);
        Assert.Equal((date, date.AddDays(-1)), (days.DayOf(begins), days.DayOf(begins.AddTicks(-1))));
    }

    private static LocalDays Days(string zone)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Cookie = $"{LocalDays.Cookie}={Uri.EscapeDataString(zone)}";
        return LocalDays.Of(request);
    }
}
