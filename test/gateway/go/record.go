// Records what Go makes of the inputs of vectors/go.json:
//
//	go run test/gateway/go/record.go < vectors/go.json > recorded.json
//
// Go before 1.22 writes \b and \f as \u0008 and \u000c, so no input holds them.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

type row [2]*string

type table struct {
	Source      string `json:"source"`
	LicenseNote string `json:"license_note"`
	Lexemes     []row  `json:"lexemes"`
	Values      []row  `json:"values"`
	Durations   []row  `json:"durations"`
}

func main() {
	var recorded table
	check(json.NewDecoder(os.Stdin).Decode(&recorded))
	recorded.Source = fmt.Sprintf("encoding/json and time of %s", runtime.Version())
	record(recorded.Lexemes, func(text string) (string, error) { return rewrite(text, true) })
	record(recorded.Values, func(text string) (string, error) { return rewrite(text, false) })
	record(recorded.Durations, func(text string) (string, error) {
		duration, err := time.ParseDuration(text)
		return strconv.FormatInt(int64(duration), 10), err
	})
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	check(encoder.Encode(recorded))
}

func record(rows []row, run func(string) (string, error)) {
	for index, row := range rows {
		rows[index][1] = nil
		if output, err := run(*row[0]); err == nil {
			rows[index][1] = &output
		}
	}
}

// rewrite decodes and encodes again, with numbers as they are written or as float64.
func rewrite(text string, useNumber bool) (string, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	if useNumber {
		decoder.UseNumber()
	}
	var value interface{}
	if err := decoder.Decode(&value); err != nil {
		return "", err
	}
	output, err := json.Marshal(value)
	return string(bytes.TrimSpace(output)), err
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
