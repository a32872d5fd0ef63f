using System.Globalization;
using ContactRouting.Errors;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.ServiceLevels.Reports;

/// <summary>Days and times by the clock of the client's time zone, which a query or a cookie names; UTC where neither does.</summary>
internal sealed class LocalDays
{
    public const string Cookie = "libraryh3lp-timezone";

    private const string Parameter = "timezone";

    private readonly TimeZoneInfo zone;

    private LocalDays(TimeZoneInfo zone) => this.zone = zone;

    /// <exception cref="DomainException">There is no such zone.</exception>
    public static LocalDays Of(HttpRequest request)
    {
        var (source, name) = request.Query[Parameter].ToString() is { Length: > 0 } query
            ? (Parameter, query)
            : (Cookie, request.Cookies[Cookie] ?? "");
        return name.Length == 0 ? new LocalDays(TimeZoneInfo.Utc)
            : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? new LocalDays(zone)
            : throw DomainException.Invalid(source, "must be the name of a time zone, such as America/Toronto.");
    }

    /// <summary>The date that parts of a path or query name, with or without leading zeros.</summary>
    /// <exception cref="DomainException">There is no such day.</exception>
    public static DateOnly Date(string field, string text) =>
        DateOnly.TryParseExact(text, ["yyyy-M-d", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year is > 1 and < 9999
            ? date
            : throw DomainException.Invalid(field, "must be a date, YYYY-MM-DD.");

    public DateTime Of(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone).DateTime;

    public DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(Of(time));

    /// <summary>When a day begins; where a change of the clock leaves its midnight out, at the next time that there is.</summary>
    public DateTimeOffset BeginningOf(DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(15);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        var ticks = local.Ticks - offset.Ticks;
        return new DateTimeOffset(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }

    /// <summary>A time as clients parse it.</summary>
    public string? Show(DateTimeOffset? time) =>
        time is { } known ? Of(known).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : null;
}
