// A small service that fails in the ways that releases do, by environment variables, and that hides nothing: it ends at
// once when told to, as many applications do, so whatever is still sent to it then is lost and counted by the client.
package main

import (
	"fmt"
	"math/rand"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

func number(name string, otherwise float64) float64 {
	value, err := strconv.ParseFloat(os.Getenv(name), 64)
	if err != nil {
		return otherwise
	}
	return value
}

func seconds(name string) time.Duration { return time.Duration(number(name, 0) * float64(time.Second)) }

// Go's runtime ends a process without a handler at once on SIGTERM, but not as process 1 of a container, which the
// kernel protects: so it is asked for.
func main() {
	if filepath.Base(os.Args[0]) == "sleep" { // the preStop hook; there is nothing else in the image
		pause, _ := strconv.ParseFloat(os.Args[1], 64)
		time.Sleep(time.Duration(pause * float64(time.Second)))
		return
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go func() {
		<-signals
		os.Exit(0)
	}()
	pod, _ := os.Hostname()
	mode, version := os.Getenv("MODE"), os.Getenv("VERSION")
	if mode == "crash" {
		fmt.Println("cannot open the database")
		os.Exit(3)
	}
	if mode == "late-crash" {
		time.AfterFunc(seconds("AFTER"), func() { fmt.Println("out of luck"); os.Exit(4) })
	}
	begun, late := time.Now(), seconds("READY_AFTER")
	http.HandleFunc("/ready", func(w http.ResponseWriter, r *http.Request) {
		if mode == "never" || time.Since(begun) < late {
			http.Error(w, "not ready", 503)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	broken, slow, closing := number("BROKEN", 0), seconds("SLOW"), number("CLOSING", 0)
	work := func(w http.ResponseWriter, broken float64, slow time.Duration) {
		time.Sleep(slow)
		w.Header().Set("X-Version", version)
		w.Header().Set("X-Pod", pod)
		if rand.Float64() < closing {
			w.Header().Set("Connection", "close")
		}
		if rand.Float64() < broken {
			http.Error(w, "broken", 500)
			return
		}
		fmt.Fprintln(w, version)
	}
	// What users ask for, and what only checks ask for: a release may break the second alone.
	http.HandleFunc("/work", func(w http.ResponseWriter, r *http.Request) {
		work(w, number("BROKEN_WORK", 0), seconds("SLOW_WORK"))
	})
	http.HandleFunc("/report", func(w http.ResponseWriter, r *http.Request) { work(w, broken, slow) })
	fmt.Println("serving version", version)
	fmt.Println(http.ListenAndServe(":8080", nil))
	os.Exit(5)
}
